"""What a trade's page says of it: plan against actual, stops as they moved, the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import BarInterval
from brokers.market import candles
from brokers.market.bars import LENGTH, REACH
from brokers.models import StoredBar
from journal.book.measuring import record_of
from journal.domain.trades import Direction
from journal.models import StopMove, Trade, TradeFill
from journal.trades.risk import multiple
from journal.trades.stops import StopEffect, stop_effects
from journal.trades.stops import StopMove as Moved
from tradedesk.web import formatting
from tradedesk.web.queue import hint


_FINEST_FIRST = tuple(kind for kind in LENGTH if kind is not BarInterval.WEEK_1)
# As many bars as the time held should take in the picture, and as many as are drawn.
LEAST_HELD = 12
MOST_DRAWN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line of the plan beside what became of it; `better` is signed for the trade:
    money per unit, or R.
    """

    label: str
    planned: Decimal | None
    actual: Decimal | None
    better: Decimal | None
    in_r: bool = False


def plan_against_actual(trade: Trade) -> list[Planned]:
    """Entry, stop and exit by price, and the result in R: what was planned, what came."""
    sign = Direction(trade.direction).sign
    return [
        _priced("Entry", trade.planned_entry, trade.entry_price, sign=-sign),
        _priced("Stop", trade.planned_stop, trade.initial_stop, sign=sign),
        _priced("Target, exit", trade.planned_target, trade.exit_price, sign=sign),
        _in_r(trade, sign),
    ]


def _priced(
    label: str, planned: Decimal | None, actual: Decimal | None, *, sign: int
) -> Planned:
    better = None
    if planned is not None and actual is not None:
        better = sign * (actual - planned)
    return Planned(label=label, planned=planned, actual=actual, better=better)


def _in_r(trade: Trade, sign: int) -> Planned:
    entry, stop, target = trade.planned_entry, trade.planned_stop, trade.planned_target
    planned = None
    if entry is not None and stop is not None and target is not None:
        risk = sign * (entry - stop)
        planned = sign * (target - entry) / risk if risk > 0 else None
    actual = trade.r_multiple
    better = None if planned is None or actual is None else actual - planned
    return Planned(
        label="Result", planned=planned, actual=actual, better=better, in_r=True
    )


def giveback(trade: Trade) -> Decimal | None:
    """How much of the best result was given back, in R before fees."""
    if trade.mfe is None or trade.gross is None:
        return None
    return multiple(trade.mfe - trade.gross, trade.initial_risk)


def effects_of(trade: Trade, moves: Sequence[StopMove]) -> list[StopEffect]:
    """The stop's moves with what they did; the trade's fills are at hand."""
    moved = [
        Moved(moved_at=one.at, before=one.before, after=one.after) for one in moves
    ]
    return stop_effects(record_of(trade), moved)


def held_words(trade: Trade, now: datetime) -> str:
    return formatting.age((trade.closed_at or now) - trade.opened_at)


# The picture


def picture(
    trade: Trade,
    *,
    fills: Sequence[TradeFill],
    moves: Sequence[StopMove],
    now: datetime,
) -> candles.Chart | None:
    """Candles around the time held with fills and lines; None for netted accounts."""
    if trade.account is None:
        return None
    until = trade.closed_at or now
    held = max(until - trade.opened_at, timedelta(minutes=1))
    interval = next(
        (kind for kind in reversed(_FINEST_FIRST) if held / LENGTH[kind] >= LEAST_HELD),
        BarInterval.MINUTE_1,
    )
    bars = _bars(trade, interval, held=held, until=until)
    if not bars:
        _ask_for_bars(trade, interval, now)
        interval = BarInterval.DAY_1
        bars = _bars(trade, interval, held=held, until=until)
    drawing = candles.Drawing(lines=_lines(trade, moves), fills=_marks(fills))
    return candles.chart(trade.symbol, bars, interval, drawing=drawing)


def _bars(
    trade: Trade, interval: BarInterval, *, held: timedelta, until: datetime
) -> list[StoredBar]:
    """With as much before and after as was held, at least twenty bars."""
    if trade.account is None:
        return []
    around = max(held, 20 * LENGTH[interval])
    rows = StoredBar.objects.filter(
        feed=trade.account.connection.feed,
        symbol=trade.symbol,
        interval=interval.value,
        start__gte=trade.opened_at - around,
        start__lte=until + around,
    ).order_by("start")
    found = list(rows[:MOST_DRAWN])
    covers = found and found[-1].start + LENGTH[interval] >= trade.opened_at
    return found if covers else []


def _ask_for_bars(trade: Trade, interval: BarInterval, now: datetime) -> None:
    if trade.account is not None and now - trade.opened_at < REACH[interval]:
        connection = trade.account.connection_id
        hint("brokers.tasks.fetch_bars", connection, trade.symbol, interval.value)


def _lines(trade: Trade, moves: Sequence[StopMove]) -> list[dict[str, str]]:
    last = moves[-1].after if moves else None
    wanted = (
        ("entry", trade.entry_price, "ENTRY", None),
        ("stop", trade.initial_stop, "FIRST STOP", Decimal(-1)),
        ("working", last if last != trade.initial_stop else None, "LAST STOP", None),
        ("target", trade.planned_target, "TARGET", None),
        ("average", trade.exit_price, "EXIT", trade.r_multiple),
    )
    return [
        candles.line(kind, price, word=word, in_r=in_r)
        for kind, price, word, in_r in wanted
        if price is not None
    ]


def _marks(fills: Sequence[TradeFill]) -> list[dict[str, object]]:
    return [
        candles.fill_mark(
            one.executed_at,
            Side(one.side).value,
            quantity=one.quantity,
            price=one.price,
        )
        for one in fills[:200]
    ]
