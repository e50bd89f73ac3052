"""Buy and hold of one symbol, from daily bars that are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np

from brokers.domain.reports import BarInterval
from brokers.models import StoredBar
from journal.reports.capital import Capital, day_of, number_of
from journal.reports.chart_equity import Benchmark
from journal.reports.columns import IntArray
from journal.reports.unit import Unit


NO_BENCHMARK_IN_R = (
    "R has no benchmark: a price has no initial risk. Look at money or %."
)
FEW_BARS = 2


class NoBenchmarkError(Exception):
    """There is none, for the reason that it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to hold, and the feeds that its bars may come from."""

    symbol: str
    feeds: AbstractSet[str]


def held(wish: Wish, days: IntArray, *, unit: Unit, capital: Capital) -> Benchmark:
    """From the first to the last of `days`, as far as something stood in the accounts;
    in money it holds what stood there when it began. Raises NoBenchmarkError.
    """
    if unit is Unit.R:
        raise NoBenchmarkError(NO_BENCHMARK_IN_R)
    if not len(capital.days):
        raise NoBenchmarkError(f"Nothing could have been held: {capital.why}.")
    symbol, first = wish.symbol, max(int(days[0]), int(capital.days[0]))
    at, closes = _closes(wish, first, int(days[-1]))
    if len(at) < FEW_BARS or closes[0] <= 0:
        raise NoBenchmarkError(f"There are no daily bars of {symbol} in this time.")
    grown = closes / closes[0] - 1
    if unit is Unit.MONEY:
        place = np.searchsorted(capital.days, at[0]).clip(max=len(capital.days) - 1)
        grown = grown * capital.begun[place]
    return Benchmark(symbol=symbol, days=at.astype(np.float64), values=grown)


def _closes(wish: Wish, first: int, last: int) -> tuple[IntArray, np.ndarray]:
    """Of the feed that has most of them; feeds differ in corrections."""
    begin = datetime.combine(day_of(first), time.min, UTC)
    rows = StoredBar.objects.filter(
        feed__in=wish.feeds,
        symbol=wish.symbol,
        interval=BarInterval.DAY_1.value,
        start__gte=begin,
        start__lte=datetime.combine(day_of(last), time.min, UTC) + timedelta(days=1),
    ).order_by("start")
    feeds: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for feed, start, close in rows.values_list("feed", "start", "close"):
        feeds[feed].append((number_of(start.date()), float(close)))
    best = max(feeds.values(), key=len, default=[])
    return (
        np.array([day for day, _ in best], dtype=np.int64),
        np.array([close for _, close in best], dtype=np.float64),
    )
