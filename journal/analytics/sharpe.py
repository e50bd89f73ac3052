"""Sharpe ratio: mean(r - risk free) / sd(r) x sqrt(periods per year), sample sd.

Source: W. F. Sharpe, The Sharpe Ratio, 1994. As empyrical's and quantstats' `sharpe`.
"""

from __future__ import annotations

import math

from journal.analytics.deviation import Deviation, deviation
from journal.analytics.figures import (
    NO_VARIATION,
    TOO_FEW,
    Figure,
    Numbers,
    floats,
    known,
    missing,
)
from journal.analytics.returns import TRADING_DAYS


def sharpe(
    returns: Numbers, *, risk_free: float = 0.0, periods: int = TRADING_DAYS
) -> Figure:
    """Per year of `periods`; `risk_free` is the return of one period."""
    found = deviation(floats(returns))
    return sharpe_of(found, risk_free=risk_free, periods=periods)


def sharpe_of(
    found: Deviation, *, risk_free: float = 0.0, periods: int = TRADING_DAYS
) -> Figure:
    if found.sd is None or not found.sd:
        return missing(TOO_FEW if found.sd is None else NO_VARIATION, found.n)
    excess = found.mean - risk_free
    return known(excess / found.sd * math.sqrt(periods), found.n)
