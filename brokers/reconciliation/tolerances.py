"""How far two sides may be apart and still agree; equal to a tolerance is within it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """`quantity` is for fractions: whole shares differ by one or not at all.

    An average price agrees within `cost_per_unit` money per unit or `cost_percent` of
    the price, whichever is the wider. `cash` and `fee` are money.
    """

    quantity: Decimal = Decimal("0.000001")
    cost_per_unit: Decimal = Decimal("0.01")
    cost_percent: Decimal = Decimal("0.1")
    cash: Decimal = Decimal("0.01")
    fee: Decimal = Decimal("0.05")

    def cost(self, ours: Decimal, theirs: Decimal) -> Decimal:
        """The tolerance of two average prices, the same whichever side is ours."""
        share = max(abs(ours), abs(theirs)) * self.cost_percent / 100
        return max(self.cost_per_unit, share)


DEFAULT = Tolerances()
