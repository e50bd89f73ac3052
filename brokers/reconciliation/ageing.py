"""How old a break is, in trading days of its venue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from brokers.sim.market.holidays import is_trading_day


class AgeBucket(StrEnum):
    """Trading days from the day a break was first seen to the day of the report."""

    DAYS_0_1 = "0-1"
    DAYS_2_3 = "2-3"
    DAYS_4_5 = "4-5"
    DAYS_6_10 = "6-10"
    OLDER = ">10"


_UPPER = (
    (1, AgeBucket.DAYS_0_1),
    (3, AgeBucket.DAYS_2_3),
    (5, AgeBucket.DAYS_4_5),
    (10, AgeBucket.DAYS_6_10),
)
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingDays:
    """A venue's days: those it told of, and beyond them the New York Stock Exchange's.

    A venue that told of a Saturday or Sunday trades every day of the year, as the
    practice exchange does.
    """

    told: frozenset[date] = frozenset()
    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        if self.first and self.last and self.first <= day <= self.last:
            return day in self.told
        return self.every_day or is_trading_day(day)

    @property
    def every_day(self) -> bool:
        return any(day.weekday() >= _SATURDAY for day in self.told)

    def at_or_before(self, day: date) -> date:
        while day not in self:
            day -= _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The trading day that lies `count` trading days after a day."""
        while count > 0:
            day += _DAY
            count -= day in self
        return day

    def between(self, start: date, end: date) -> int:
        """Trading days after `start` up to `end`; 0 when `end` is no later."""
        days = max((end - start).days, 0)
        return sum(start + n * _DAY in self for n in range(1, days + 1))


def told_days(days: Sequence[date]) -> TradingDays:
    """The calendar of a venue that named these sessions, from first to last."""
    if not days:
        return TradingDays()
    return TradingDays(told=frozenset(days), first=min(days), last=max(days))


def bucket_of(age_days: int) -> AgeBucket:
    return next((b for upper, b in _UPPER if age_days <= upper), AgeBucket.OLDER)
