"""The days on which something was closed, with what was kept, from trades and bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from heapq import nlargest
from operator import itemgetter

from brokers.domain.reports import BarInterval
from brokers.models import Account, StoredBar
from journal.behaviour.newest import Row
from journal.behaviour.signals.sales import Counts, Kept, SaleDay, counts
from journal.domain.trades import Direction
from journal.routine.days import exchange_day


# A year of habits; of a busier account the newest trades.
REACH = timedelta(days=365)
NEWEST = 500
_Range = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    symbol: str
    side: int
    opened: date
    closed: date | None
    cost: Decimal
    net: Decimal | None


def counts_of(account: Account, trades: Iterable[Row], now: datetime) -> Counts:
    held = _held(trades, now)
    days = sorted({one.closed for one in held if one.closed is not None})
    ranges = _ranges(account, held, days)
    return counts(_day(day, held, ranges) for day in days)


def _held(trades: Iterable[Row], now: datetime) -> list[_Held]:
    priced = [one for one in trades if one.entry_price is not None]
    closed = [
        (one.closed_at, one)
        for one in priced
        if one.closed_at is not None and one.closed_at >= now - REACH
    ]
    newest = nlargest(NEWEST, closed, key=itemgetter(0))
    still_open = [one for one in priced if one.closed_at is None]
    return [_one(row) for row in (*(row for _end, row in newest), *still_open)]


def _one(row: Row) -> _Held:
    return _Held(
        symbol=row.symbol,
        side=Direction(row.direction).sign,
        opened=exchange_day(row.opened_at),
        closed=None if row.closed_at is None else exchange_day(row.closed_at),
        cost=row.entry_price or Decimal(0),
        net=row.net,
    )


def _day(
    day: date, held: Sequence[_Held], ranges: Mapping[tuple[str, date], _Range]
) -> SaleDay:
    kept = []
    for one in held:
        stays = one.opened < day and (one.closed is None or one.closed > day)
        reached = ranges.get((one.symbol, day)) if stays else None
        if reached is not None:
            low, high = reached
            kept.append(Kept(side=one.side, average_cost=one.cost, low=low, high=high))
    return SaleDay(
        realised=[one.net for one in held if one.closed == day and one.net is not None],
        kept=kept,
    )


def _ranges(
    account: Account, held: Sequence[_Held], days: Sequence[date]
) -> Mapping[tuple[str, date], _Range]:
    """Low and high of each day for what was held over the end of one."""
    overnight = {one.symbol for one in held if one.closed != one.opened}
    if not (days and overnight):
        return {}
    bars = StoredBar.objects.filter(
        feed=account.connection.feed,
        symbol__in=overnight,
        interval=BarInterval.DAY_1.value,
        start__gte=datetime.combine(days[0], datetime.min.time(), UTC),
        start__lt=datetime.combine(
            days[-1] + timedelta(days=1), datetime.min.time(), UTC
        ),
    )
    found: dict[tuple[str, date], _Range] = {}
    for symbol, start, low, high in bars.values_list("symbol", "start", "low", "high"):
        found[symbol, start.date()] = (low, high)
    return found
