"""Two choices of trades side by side, their difference and how sure it is.

Differences are a less b. Of means: Welch's interval (`analytics.confidence`). Of win
rates: R. G. Newcombe's interval from the two Wilson intervals (Statistics in Medicine,
1998, method 10), which holds for few trades and for rates near 0 or 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from journal.analytics.confidence import LEVEL, UNKNOWN, Interval, difference_interval
from journal.analytics.sides import Sides
from journal.reports.sample import Sample


_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """None where one side has no trades; `interval` says how sure it is."""

    value: float | None
    interval: Interval

    @property
    def verdict(self) -> str:
        if self.value is None or self.interval.low is None:
            return "too few trades to say anything"
        if self.interval.has_zero:
            return "no verdict: zero lies inside the interval"
        return f"{'a' if self.value > 0 else 'b'} is higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`shared` counts trades that are on both sides, which no interval allows for."""

    expectancy: Difference
    win_rate: Difference
    shared: int


def comparison(a: Sample, b: Sample) -> Comparison:
    return Comparison(
        expectancy=_expectancy(a, b),
        win_rate=win_rates(a.summary.sides, b.summary.sides),
        shared=len(np.intersect1d(a.columns.ids, b.columns.ids, assume_unique=True)),
    )


def _expectancy(a: Sample, b: Sample) -> Difference:
    first, second = a.deviation, b.deviation
    if not first.n or not second.n:
        return Difference(value=None, interval=UNKNOWN)
    return Difference(
        value=first.mean - second.mean, interval=difference_interval(first, second)
    )


def win_rates(a: Sides, b: Sides) -> Difference:
    """Of the decided trades; breakevens are in neither."""
    decided = (a.wins + a.losses, b.wins + b.losses)
    if not all(decided):
        return Difference(value=None, interval=UNKNOWN)
    p, q = a.wins / decided[0], b.wins / decided[1]
    low_a, high_a = wilson(a.wins, decided[0])
    low_b, high_b = wilson(b.wins, decided[1])
    return Difference(
        value=p - q,
        interval=Interval(
            low=p - q - math.hypot(p - low_a, high_b - q),
            high=p - q + math.hypot(high_a - p, q - low_b),
        ),
    )


def wilson(wins: int, n: int) -> tuple[float, float]:
    """E. B. Wilson's interval of a share, 1927."""
    share, squared = wins / n, _Z * _Z
    middle = share + squared / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return (middle - reach) / (1 + squared / n), (middle + reach) / (1 + squared / n)
