"""Turnover: half of what was bought and sold over the equity at the start.

drag = turnover x cost of a round trip. Source: B. Barber and T. Odean, Trading Is
Hazardous to Your Wealth, 2000.
"""

from __future__ import annotations

from decimal import Decimal


MONTHS = 12


def turnover(*, bought: Decimal, sold: Decimal, start: Decimal) -> Decimal | None:
    """As a share, 0.25 for a quarter; None where there was nothing at the start."""
    if start <= 0:
        return None
    return (bought + sold) / 2 / start


def per_year(share: Decimal, *, periods: int = MONTHS) -> Decimal:
    return share * periods


def cost_drag(share: Decimal, round_trip: Decimal) -> Decimal:
    """What trading costs of the equity in the same time, at `round_trip` per trade."""
    return share * round_trip
