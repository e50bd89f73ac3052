"""Averaging down: adding to a position that is behind.

open R = (price - average) x side / planned risk of a unit. Any addition below 0 is asked
about, below -0.8 it is blocked (`risk.rules.averaging_down`, `own_behaviour`).
Consistent with the risk seeking after losses of prospect theory; direct evidence is thin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from journal.domain.trades import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a trade in the order of time; `stop` was known when it was confirmed."""

    quantity: Decimal
    price: Decimal
    stop: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An entry below what was held on average: `open_r` as it stood then."""

    place: int
    open_r: Decimal | None


def additions_to_losses(
    entries: Iterable[Entry], direction: Direction
) -> list[Addition]:
    """Of one trade; each entry's own price is taken as the market's at that time."""
    found: list[Addition] = []
    held, cost, unit = Decimal(0), Decimal(0), None
    for place, entry in enumerate(entries, start=1):
        if held:
            behind = direction.sign * (cost / held - entry.price)
            if behind > 0:
                found.append(
                    Addition(place=place, open_r=-behind / unit if unit else None)
                )
        held, cost = held + entry.quantity, cost + entry.quantity * entry.price
        if unit is None and entry.stop is not None:
            unit = abs(entry.price - entry.stop) or None
    return found


def unit_risk(risk: Decimal | None, quantity: Decimal) -> Decimal | None:
    """The planned risk of one unit of an open trade."""
    return risk / quantity if risk and quantity else None
