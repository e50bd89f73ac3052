"""The running total of results over time, with few enough points to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from journal.analytics.drawdown import running_total
from journal.analytics.figures import FloatArray
from journal.reports.capital import day_of
from journal.reports.columns import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is drawn of values over days."""

    days: FloatArray
    values: FloatArray

    def thinned(self, buckets: int) -> Line:
        places = thinned(self.days, self.values, buckets=buckets)
        return Line(days=self.days[places], values=self.values[places])


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """`days` counts from 1970-01-01, with fractions; `total` and `below` in the unit.

    The first point is where the first trade was opened, at nothing.
    """

    days: FloatArray
    total: FloatArray
    below: FloatArray
    trough: int
    depth: float

    def lines(self, buckets: int) -> tuple[Line, Line]:
        """Of the total, and of how far it is below its best."""
        total = Line(days=self.days, values=self.total)
        below = Line(days=self.days, values=self.below)
        return total.thinned(buckets), below.thinned(buckets)

    @property
    def now_below(self) -> float:
        return float(self.below[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """`total` is the running one at its end, `below` the deepest within it."""

    first: date
    n: int
    made: float
    total: float
    below: float


_DAY = 86_400_000_000
_EACH = 4


def curve(closed: IntArray, results: FloatArray, *, began: int) -> Curve:
    """Instants in microseconds, rising; at least one trade."""
    at = np.concatenate([[min(began, int(closed[0]))], closed])
    total = running_total(results)
    below = total - np.maximum.accumulate(total)
    trough = int(below.argmin())
    return Curve(
        days=at / _DAY,
        total=total,
        below=below,
        trough=trough,
        depth=abs(float(below[trough])),
    )


def thinned(days: FloatArray, values: FloatArray, *, buckets: int) -> IntArray:
    """Places of the points that a drawing of so many columns needs: of each column the
    first, the lowest, the highest and the last, so that it looks like all of them.
    """
    n = len(values)
    if n <= _EACH * buckets:
        return np.arange(n)
    span = days[-1] - days[0]
    edges = np.searchsorted(days, days[0] + span * np.arange(1, buckets) / buckets)
    starts = np.unique(np.concatenate([[0], edges[edges < n]]))
    ends = np.concatenate([starts[1:], [n]])
    lowest = _first(values, np.minimum.reduceat(values, starts), starts=starts)
    highest = _first(values, np.maximum.reduceat(values, starts), starts=starts)
    return np.unique(np.concatenate([starts, lowest, highest, ends - 1]))


def _first(values: FloatArray, sought: FloatArray, *, starts: IntArray) -> IntArray:
    """The first place of each bucket with the bucket's own value."""
    lengths = np.diff(starts, append=len(values))
    places = np.flatnonzero(values == np.repeat(sought, lengths))
    buckets = np.searchsorted(starts, places, side="right")
    found: IntArray = places[np.flatnonzero(np.diff(buckets, prepend=0))]
    return found


def months(day: IntArray, results: FloatArray, running: Curve) -> list[Month]:
    """Of the days on which trades closed, which rise; `running` is of the results."""
    if not len(day):
        return []
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    ends = np.concatenate([starts[1:], [len(day)]])
    total, below = running.total[1:], running.below[1:]
    deepest = np.minimum.reduceat(below, starts)
    return [
        Month(
            first=day_of(int(day[start])).replace(day=1),
            n=int(end - start),
            made=float(results[start:end].sum()),
            total=float(total[end - 1]),
            below=float(deep),
        )
        for start, end, deep in zip(starts, ends, deepest, strict=True)
    ]
