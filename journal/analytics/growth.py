"""Growth-optimal fraction: the risk per trade at which equity grows fastest.

The f that maximises mean(log(1 + f x R)); for a coin that pays +2R or -1R it is Kelly's
0.25. Source: J. L. Kelly, 1956; R. Vince, Portfolio Management Formulas, 1990. Far more
than anybody should risk: the true distribution is never the one in the list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import NO_LOSSES, NO_TRADES, FloatArray, Numbers, floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """`fraction` of equity risked per trade, and the mean log growth there per trade."""

    fraction: float | None
    log_growth: float | None
    why: str = ""


def growth_optimal(results: Numbers) -> Growth:
    values = floats(results)
    if not len(values):
        return Growth(fraction=None, log_growth=None, why=NO_TRADES)
    worst = float(values.min())
    if worst >= 0:
        return Growth(fraction=None, log_growth=None, why=NO_LOSSES)
    if values.mean() <= 0:
        return Growth(fraction=0.0, log_growth=0.0)
    fraction = _steepest(values, 1 / -worst)
    return Growth(fraction=fraction, log_growth=log_growth(values, fraction))


def log_growth(results: Numbers, fraction: float) -> float:
    """Mean log growth per trade; every trade must leave something."""
    return float(np.log1p(floats(results) * fraction).mean())


def _steepest(values: FloatArray, ruinous: float) -> float:
    """Where the derivative mean(R / (1 + f R)), which only falls, crosses zero."""
    low, high = 0.0, ruinous
    for _ in range(100):
        middle = (low + high) / 2
        left = 1 + values * middle
        if left.min() > 0 and float((values / left).mean()) > 0:
            low = middle
        else:
            high = middle
    return low
