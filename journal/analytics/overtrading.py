"""Overtrading: a day with far more new-risk orders than the trader's usual.

robust z = (n - median) / (1.4826 x MAD), MAD the median distance from the median;
p = P(X >= n) of a Poisson count with the history's mean. Flagged where z >= 3 and
p < 0.02: the first asks whether it is unusual for this trader, the second whether chance
alone would do it. Source of the scale: F. Hampel, The Influence Curve, 1974.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median


_TO_DEVIATION = 1.4826
_LEAST_Z, _MOST_P = 3.0, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCount:
    """`z` is None where more than half of the days were alike."""

    z: float | None
    p: float
    flagged: bool


def overtrading(history: Sequence[int], today: int) -> DailyCount | None:
    """Today's orders beside those of the days before; None without a history."""
    if not history:
        return None
    z, p = robust_z(history, today), poisson_tail(today, mean(history))
    flagged = z is not None and z >= _LEAST_Z and p < _MOST_P
    return DailyCount(z=z, p=p, flagged=flagged)


def robust_z(history: Sequence[int], today: int) -> float | None:
    middle = median(history)
    spread = median(abs(count - middle) for count in history)
    if not spread:
        return None
    return (today - middle) / (_TO_DEVIATION * spread)


def poisson_tail(count: int, expected: float) -> float:
    """P(X >= count) where `expected` come on average."""
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    below = (
        math.exp(n * math.log(expected) - expected - math.lgamma(n + 1))
        for n in range(count)
    )
    return max(0.0, 1.0 - math.fsum(below))
