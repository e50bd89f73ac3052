"""Profit factor: sum of wins / |sum of losses|.

As quantstats' `profit_factor`, which answers infinity where nothing was lost; here that
is no number, and says so.
"""

from __future__ import annotations

from journal.analytics.figures import NO_LOSSES, Figure, Numbers, floats, known, missing
from journal.analytics.sides import Sides, sides


def profit_factor(results: Numbers, *, breakeven: float = 0.0) -> Figure:
    """Money won for each unit of money lost; 0 where nothing was won."""
    return profit_factor_of(sides(floats(results), breakeven=breakeven))


def profit_factor_of(found: Sides) -> Figure:
    if not found.losses:
        return missing(NO_LOSSES, found.n)
    return known(found.won / -found.lost, found.n)
