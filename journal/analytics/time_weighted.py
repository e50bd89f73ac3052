"""Time-weighted return: prod(1 + r) - 1 over the periods between flows.

What the trading made, whatever was paid in and out meanwhile. Source: CFA Institute,
Global Investment Performance Standards. As empyrical's `cum_returns_final`.
"""

from __future__ import annotations

import math

from journal.analytics.figures import TOO_LARGE, Figure, Numbers, floats, known, missing
from journal.analytics.returns import TRADING_DAYS, growth_curve


NO_PERIODS = "no periods"
_LARGEST = 700.0  # the exponential of more is no float


def time_weighted(returns: Numbers) -> Figure:
    """Over the whole time, 0.1 for ten per cent."""
    values = floats(returns)
    if not len(values):
        return missing(NO_PERIODS, 0)
    return known(growth_curve(values)[-1] - 1, len(values))


def annual_return(returns: Numbers, *, periods: int = TRADING_DAYS) -> Figure:
    """Per year of `periods`: (prod(1 + r))^(periods / n) - 1, empyrical's form."""
    values = floats(returns)
    return annual_of(float(growth_curve(values)[-1]), n=len(values), periods=periods)


def annual_of(grown: float, *, n: int, periods: int = TRADING_DAYS) -> Figure:
    """From what 1 has become after `n` periods."""
    if not n:
        return missing(NO_PERIODS, 0)
    if grown <= 0:
        return missing("nothing is left", n)
    yearly = math.log(grown) * periods / n
    if yearly > _LARGEST:
        return missing(TOO_LARGE, n)
    return known(math.expm1(yearly), n)
