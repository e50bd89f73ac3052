"""Wins, losses and breakevens, from which the rates and ratios below are made.

A win is above zero, a loss below, a breakeven neither; net of costs there are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import FloatArray


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


def sides(values: FloatArray) -> Sides:
    wins = int(np.count_nonzero(values > 0))
    losses = int(np.count_nonzero(values < 0))
    return Sides(
        wins=wins,
        losses=losses,
        breakevens=len(values) - wins - losses,
        won=float(np.maximum(values, 0).sum()),
        lost=float(np.minimum(values, 0).sum()),
    )
