"""Win rate: wins / (wins + losses), breakevens apart.

A breakeven says nothing about being right, so it is counted beside the rate and not in
it; see `outcome` for which they are. quantstats' `win_rate` leaves zeros out as well;
many journals divide by all trades.
"""

from __future__ import annotations

from journal.analytics.figures import Figure, Numbers, floats, known, missing
from journal.analytics.sides import Sides, sides


def win_rate(results: Numbers, *, breakeven: float = 0.0) -> Figure:
    """Share of the decided trades that won, 0 to 1; `n` counts the decided ones."""
    return win_rate_of(sides(floats(results), breakeven=breakeven))


def win_rate_of(found: Sides) -> Figure:
    decided = found.wins + found.losses
    if not decided:
        return missing("no trade won or lost", 0)
    return known(found.wins / decided, decided)
