"""The running total of results over time, with few enough points to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from journal.analytics.drawdown import drawdown, running_total, underwater
from journal.analytics.figures import FloatArray
from journal.reports.capital import day_of
from journal.reports.columns import IntArray


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
    found = drawdown(results)
    return Curve(
        days=at / _DAY,
        total=running_total(results),
        below=underwater(results),
        trough=found.trough_at,
        depth=found.depth,
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
    places = set(starts.tolist()) | set((ends - 1).tolist())
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        part = values[start:end]
        places.add(start + int(part.argmin()))
        places.add(start + int(part.argmax()))
    return np.array(sorted(places), dtype=np.int64)


def months(day: IntArray, results: FloatArray) -> list[Month]:
    """Of the days on which trades closed, which rise."""
    if not len(day):
        return []
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    ends = np.concatenate([starts[1:], [len(day)]])
    total, below = running_total(results)[1:], underwater(results)[1:]
    return [
        Month(
            first=day_of(int(day[start])).replace(day=1),
            n=int(end - start),
            made=float(results[start:end].sum()),
            total=float(total[end - 1]),
            below=float(below[start:end].min()),
        )
        for start, end in zip(starts, ends, strict=True)
    ]
