"""Expectancy: what a trade makes on average.

E = mean(R) = P(win) x average win - P(loss) x average loss, net of costs.
Source: Van K. Tharp, Trade Your Way to Financial Freedom, ch. 6.
"""

from __future__ import annotations

from journal.analytics.figures import NO_TRADES, Figure, Numbers, floats, known, missing


def expectancy(results: Numbers) -> Figure:
    """Mean result per trade, in the unit of the results."""
    values = floats(results)
    if not len(values):
        return missing(NO_TRADES, 0)
    return known(values.mean(), len(values))


def expectancy_of(*, win_share: float, win: float, loss: float) -> float:
    """From the share of wins and the average win and loss, the loss as a positive."""
    return win_share * win - (1 - win_share) * loss


def opportunity(expected: float, trades: float) -> float:
    """What a period is expected to make: expectancy times its number of trades."""
    return expected * trades
