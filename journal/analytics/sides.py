"""Wins, losses and breakevens, from which the rates and ratios below are made.

Net of costs. What is even is counted apart, and its small sum is in neither side; see
`outcome` for the definition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import FloatArray
from journal.analytics.outcome import Outcomes, least_win


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Counts and sums; `lost` is the sum of the losses and negative."""

    wins: int
    losses: int
    breakevens: int
    won: float
    lost: float

    @property
    def n(self) -> int:
        return self.wins + self.losses + self.breakevens

    @property
    def average_win(self) -> float | None:
        return self.won / self.wins if self.wins else None

    @property
    def average_loss(self) -> float | None:
        return self.lost / self.losses if self.losses else None


def sides(values: FloatArray, *, breakeven: float = 0.0) -> Sides:
    """By the values' own size: R-multiples with a threshold in R, or any unit strictly
    by sign, which is what a threshold of 0 says.
    """
    least = least_win(breakeven)
    return _sides(values, values >= least, values <= -least)


def sides_by(values: FloatArray, found: Outcomes) -> Sides:
    """Values in any unit, whose outcomes are known."""
    return _sides(values, found > 0, found < 0)


def _sides(values: FloatArray, won: np.ndarray, lost: np.ndarray) -> Sides:
    wins, losses = int(np.count_nonzero(won)), int(np.count_nonzero(lost))
    return Sides(
        wins=wins,
        losses=losses,
        breakevens=len(values) - wins - losses,
        won=float(np.where(won, values, 0.0).sum()),
        lost=float(np.where(lost, values, 0.0).sum()),
    )
