"""Payoff: average win / |average loss|. As quantstats' `payoff_ratio`."""

from __future__ import annotations

from journal.analytics.figures import (
    NO_LOSSES,
    NO_WINS,
    Figure,
    Numbers,
    floats,
    known,
    missing,
)
from journal.analytics.sides import Sides, sides


def payoff(results: Numbers, *, breakeven: float = 0.0) -> Figure:
    """How many times the average loss the average win is."""
    return payoff_of(sides(floats(results), breakeven=breakeven))


def payoff_of(found: Sides) -> Figure:
    win, loss = found.average_win, found.average_loss
    if loss is None:
        return missing(NO_LOSSES, found.n)
    if win is None:
        return missing(NO_WINS, found.n)
    return known(win / -loss, found.n)
