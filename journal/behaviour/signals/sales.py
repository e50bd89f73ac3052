"""Disposition effect, counted by day from trades (`journal.analytics.disposition`).

On each day with a close: gains and losses realised that day, and of what was still held
those that were above or below their average cost all day long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.disposition import Disposition, disposition, paper_result


# Below this many on either side the effect is not told, whatever its t.
LEAST_CHOICES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A holding not closed that day: signed side, its cost, and the day's range."""

    side: int
    average_cost: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDay:
    realised: Sequence[Decimal]
    kept: Sequence[Kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    realised_gains: int
    paper_gains: int
    realised_losses: int
    paper_losses: int

    @property
    def effect(self) -> Disposition | None:
        return disposition(
            realised_gains=self.realised_gains,
            paper_gains=self.paper_gains,
            realised_losses=self.realised_losses,
            paper_losses=self.paper_losses,
        )

    @property
    def is_enough(self) -> bool:
        gains = self.realised_gains + self.paper_gains
        losses = self.realised_losses + self.paper_losses
        return min(gains, losses) >= LEAST_CHOICES


def counts(days: Iterable[SaleDay]) -> Counts:
    realised: list[Decimal] = []
    papers: list[int] = []
    for day in days:
        realised += day.realised
        papers += [_paper(kept) for kept in day.kept]
    return Counts(
        realised_gains=sum(result > 0 for result in realised),
        paper_gains=papers.count(1),
        realised_losses=sum(result < 0 for result in realised),
        paper_losses=papers.count(-1),
    )


def _paper(kept: Kept) -> int:
    """A short gains where a long loses."""
    return kept.side * paper_result(
        average_cost=kept.average_cost, low=kept.low, high=kept.high
    )
