"""The invented market of the demo year, in New York's hours: bars of days and quarters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from brokers.domain.reports import Bar
from brokers.sim.market.calendars import calendar_named
from brokers.sim.market.market import Market
from brokers.sim.market.profiles import Session
from brokers.sim.market.quotes import BarUnit, MarketBar, Timeframe


SYMBOLS = ("ACME", "BRIO", "CRUX", "DUNE", "FERN", "GALE", "IRIS", "KITE")
QUARTER = timedelta(minutes=15)
_DAY = Timeframe(count=1, unit=BarUnit.DAY)
_QUARTER = Timeframe(count=15, unit=BarUnit.MINUTE)
_BEFORE = timedelta(days=420)
_RANGE_DAYS = 14


@dataclass(frozen=True)
class Tape:
    """One symbol: daily bars from long before, quarters of an hour of the year itself.

    Quarters are those of the regular sessions alone.
    """

    symbol: str
    days: Sequence[Bar]
    quarters: Sequence[Bar]

    @cached_property
    def starts(self) -> list[datetime]:
        return [bar.start for bar in self.quarters]

    def at(self, instant: datetime) -> int:
        """The place of the first quarter that starts at this instant or later."""
        return bisect_left(self.starts, instant)

    def average_range(self, before: datetime) -> float:
        """Mean high less low of the days before, in money per unit."""
        place = bisect_left([bar.start for bar in self.days], before)
        known = self.days[max(0, place - _RANGE_DAYS) : place]
        return sum(float(bar.high - bar.low) for bar in known) / len(known)


@dataclass(frozen=True, slots=True)
class DemoMarket:
    sessions: Sequence[Session]
    tapes: Sequence[Tape]


def market(seed: int, *, first: datetime, now: datetime) -> DemoMarket:
    """Sessions that have closed since `first`, and what traded in them."""
    calendar = calendar_named("us")
    source = Market(seed, calendar)
    sessions = [
        one
        for one in calendar.sessions(first.date(), now.date())
        if one.closes <= now and one.opens >= first
    ]
    open_at = {one.opens.date(): one for one in sessions}
    tapes = []
    for symbol in SYMBOLS:
        days = source.bars(symbol, _DAY, start=first - _BEFORE, end=now, as_of=now)
        fine = source.bars(symbol, _QUARTER, start=first, end=now, as_of=now)
        regular = [bar for bar in fine if _is_regular(bar, open_at)]
        tapes.append(
            Tape(
                symbol=symbol,
                days=[_bar(bar) for bar in days],
                quarters=[_bar(bar) for bar in regular],
            )
        )
    return DemoMarket(sessions=sessions, tapes=tapes)


def _is_regular(bar: MarketBar, sessions: dict[date, Session]) -> bool:
    session = sessions.get(bar.start.date())
    return session is not None and session.opens <= bar.start < session.closes


def _bar(bar: MarketBar) -> Bar:
    return Bar(
        symbol=bar.symbol,
        start=bar.start,
        open=bar.open,
        high=bar.high,
        low=bar.low,
        close=bar.close,
        volume=Decimal(bar.volume),
    )
