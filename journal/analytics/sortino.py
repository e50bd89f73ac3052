"""Sortino ratio: mean(r - target) / downside x sqrt(periods per year).

downside = sqrt(mean(min(r - target, 0)^2)) over all periods, not the losing ones alone.
Source: F. Sortino and R. van der Meer, Downside Risk, 1991. As empyrical's
`sortino_ratio` and quantstats' `sortino`.
"""

from __future__ import annotations

import math

import numpy as np

from journal.analytics.figures import Figure, Numbers, floats, known, missing
from journal.analytics.returns import TRADING_DAYS
from journal.analytics.time_weighted import NO_PERIODS


def sortino(
    returns: Numbers, *, target: float = 0.0, periods: int = TRADING_DAYS
) -> Figure:
    """Per year of `periods`; `target` is the least acceptable return of one period."""
    excess = floats(returns) - target
    below = np.minimum(excess, 0)
    n = len(excess)
    mean = float(excess.mean()) if n else 0.0
    return sortino_of(
        n=n, mean=mean, squares_below=float(np.square(below).sum()), periods=periods
    )


def sortino_of(
    *, n: int, mean: float, squares_below: float, periods: int = TRADING_DAYS
) -> Figure:
    """From the mean excess and the sum of the squared shortfalls."""
    if not n:
        return missing(NO_PERIODS, 0)
    if not squares_below:
        return missing("no period below the target", n)
    return known(mean / math.sqrt(squares_below / n) * math.sqrt(periods), n)
