"""Calmar ratio: annual return / largest relative drawdown.

Source: T. Young, Calmar Ratio: A Smoother Tool, 1991, which looks at 36 months; here at
all that is given, as empyrical's `calmar_ratio`. quantstats counts calendar years where
empyrical and this count periods.
"""

from __future__ import annotations

from journal.analytics.drawdown import relative_drawdown
from journal.analytics.figures import Figure, Numbers, floats, known, missing
from journal.analytics.returns import TRADING_DAYS, growth_curve
from journal.analytics.time_weighted import annual_return


def calmar(returns: Numbers, *, periods: int = TRADING_DAYS) -> Figure:
    values = floats(returns)
    annual = annual_return(values, periods=periods)
    if annual.value is None:
        return annual
    return calmar_of(annual, relative_drawdown(growth_curve(values)).depth)


def calmar_of(annual: Figure, depth: float) -> Figure:
    """From the annual return and the depth of the drawdown, both as shares."""
    if annual.value is None:
        return annual
    if not depth:
        return missing("no drawdown", annual.n)
    return known(annual.value / depth, annual.n)
