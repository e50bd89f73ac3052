"""Kelly fraction, for reference only: f = W - (1 - W) / payoff.

W is the share of wins, payoff the average win over the average loss. Source: J. L.
Kelly, A New Interpretation of Information Rate, 1956, in the form traders use. It takes
every win and every loss for average; see `growth` for the whole distribution.
"""

from __future__ import annotations

from journal.analytics.figures import Figure, Numbers, floats, known, missing
from journal.analytics.payoff import payoff_of
from journal.analytics.sides import Sides, sides
from journal.analytics.win_rate import win_rate_of


def kelly(results: Numbers, *, breakeven: float = 0.0) -> Figure:
    """Share of equity to risk; negative where the trades lose."""
    return kelly_of(sides(floats(results), breakeven=breakeven))


def kelly_of(found: Sides) -> Figure:
    rate, ratio = win_rate_of(found), payoff_of(found)
    if rate.value is None or ratio.value is None:
        return missing(rate.why or ratio.why, found.n)
    return known(kelly_fraction(win_share=rate.value, payoff=ratio.value), found.n)


def kelly_fraction(*, win_share: float, payoff: float) -> float:
    return win_share - (1 - win_share) / payoff
