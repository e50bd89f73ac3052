"""Overtrading: today's new-risk orders beside those of the last 60 trading days.

The test itself is `journal.analytics.overtrading`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from statistics import median

from journal.analytics.overtrading import DailyCount, overtrading


DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`history` counts each day with an order; `found` is None without a history."""

    today: int
    history: tuple[int, ...]
    found: DailyCount | None

    @property
    def flagged(self) -> bool:
        return self.found is not None and self.found.flagged


def pace(days: Iterable[date], today: date) -> Pace:
    """`days` has one entry per new-risk order: the exchange's date of its sending."""
    counts = Counter(days)
    orders = counts.pop(today, 0)
    newest = sorted(day for day in counts if day < today)[-DAYS:]
    history = tuple(counts[day] for day in newest)
    return Pace(today=orders, history=history, found=overtrading(history, orders))


def with_one_more(known: Pace) -> Pace:
    """As it will be when the order that is being written has gone."""
    count = known.today + 1
    return Pace(
        today=count, history=known.history, found=overtrading(known.history, count)
    )


def usual(history: Sequence[int]) -> int:
    """The median day, rounded up: what is not unusual."""
    return ceil(median(history)) if history else 0


def above_cap(orders: int, cap: Decimal | None) -> bool:
    """The trader's own limit of a day is used up."""
    return cap is not None and orders >= cap
