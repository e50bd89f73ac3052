"""Stops moved away or taken off while the position was held.

A stop further from the entry, or none any more, lets more be lost than was planned.
Evidence: D. Richards, J. Rutterford, D. Kodwani and M. Fenton-O'Creevy, Stock market
investors' use of stop losses and the disposition effect, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from journal.domain.trades import Direction


class Change(StrEnum):
    WIDENED = "widened"
    REMOVED = "removed"
    TIGHTENED = "tightened"
    PLACED = "placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """None before: there was no stop; None after: there is none any more."""

    before: Decimal | None
    after: Decimal | None


def change_of(moved: Moved, direction: Direction) -> Change | None:
    """What a move means for the position; None where nothing moved."""
    if moved.before is None:
        return None if moved.after is None else Change.PLACED
    if moved.after is None:
        return Change.REMOVED
    distance = direction.sign * (moved.after - moved.before)
    if not distance:
        return None
    return Change.TIGHTENED if distance > 0 else Change.WIDENED


def lets_more_be_lost(moved: Moved, direction: Direction) -> bool:
    return change_of(moved, direction) in {Change.WIDENED, Change.REMOVED}
