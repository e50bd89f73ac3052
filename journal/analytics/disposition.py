"""Disposition effect: selling winners sooner than losers.

On each day with a sale: realised gains and losses among what was sold, paper gains and
losses among what was kept. PGR = RG / (RG + PG), PLR = RL / (RL + PL), effect = PGR -
PLR, SE = sqrt(PGR (1 - PGR) / (RG + PG) + PLR (1 - PLR) / (RL + PL)), t = effect / SE.
Source: T. Odean, Are Investors Reluctant to Realize Their Losses?, 1998.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.figures import Figure, known, missing


# Households of a discount broker, 1991 to 1996: PGR 0.1442, PLR 0.0863.
REFERENCE_PGR, REFERENCE_PLR = 0.1442, 0.0863
_LEAST_EFFECT, _LEAST_T = 0.05, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """`effect` above 0 where gains are realised sooner; no verdict unless `significant` or
    `reversed`.
    """

    pgr: float
    plr: float
    effect: float
    standard_error: float
    t: Figure
    significant: bool

    @property
    def reversed(self) -> bool:
        """Losses are realised sooner, as surely as `significant` wants it of gains."""
        t = self.t.value
        return self.effect < -_LEAST_EFFECT and t is not None and t <= -_LEAST_T


def paper_result(*, average_cost: Decimal, low: Decimal, high: Decimal) -> int:
    """A long holding not sold that day: 1 a gain (the day's low above cost), -1 a loss
    (its high below), 0 neither.
    """
    return (low > average_cost) - (high < average_cost)


def disposition(
    *, realised_gains: int, paper_gains: int, realised_losses: int, paper_losses: int
) -> Disposition | None:
    """None while there were no gains or no losses to choose from."""
    gains, losses = realised_gains + paper_gains, realised_losses + paper_losses
    if not gains or not losses:
        return None
    pgr, plr = realised_gains / gains, realised_losses / losses
    effect = pgr - plr
    error = math.sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses)
    n = gains + losses
    t = known(effect / error, n) if error else missing("no variation", n)
    significant = effect > _LEAST_EFFECT and t.value is not None and t.value >= _LEAST_T
    return Disposition(
        pgr=pgr,
        plr=plr,
        effect=effect,
        standard_error=error,
        t=t,
        significant=significant,
    )
