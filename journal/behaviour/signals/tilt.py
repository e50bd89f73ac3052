"""Tilt: losses in a row, or a day far below zero.

Evidence is clinical rather than statistical; the triggers are the trader's own limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.behaviour.signals.past import PastTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day's closed trades: losses in a row at its end, and their R together."""

    trades: int
    losses_in_a_row: int
    r: Decimal

    def is_tilt(self, *, losses: Decimal, day_loss_r: Decimal) -> bool:
        return bool(
            (self.losses_in_a_row and self.losses_in_a_row >= losses)
            or (self.r < 0 and self.r <= -day_loss_r)
        )

    def is_beyond(self, stop_r: Decimal | None) -> bool:
        """The trader's own stop for the day is reached."""
        return stop_r is not None and self.r < 0 and self.r <= -stop_r


def day_of(closed: Sequence[PastTrade]) -> Day:
    """Of one day's closed trades, in the order of their ends; a breakeven ends no run."""
    run = 0
    for trade in reversed(closed):
        if trade.won:
            break
        run += trade.lost
    return Day(
        trades=len(closed),
        losses_in_a_row=run,
        r=sum((t.r for t in closed if t.r is not None), Decimal(0)),
    )
