"""From fills to a holding: quantity, average price and what was realised.

Average-cost accounting: a fill in the direction of the holding moves the average, one
against it realises the difference, one through zero closes and opens anew. Tax lots
are another question and are counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


PRICE_STEP = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFill:
    """`signed_quantity` is negative for a sale; `fees` are positive money."""

    signed_quantity: Decimal
    price: Decimal
    executed_at: datetime
    fees: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`average_price` is None when flat; `realised` is money after fees."""

    quantity: Decimal = Decimal(0)
    average_price: Decimal | None = None
    realised: Decimal = Decimal(0)
    opened_at: datetime | None = None


def add_fill(holding: Holding, fill: HeldFill) -> Holding:
    """The holding after one more fill, in order of execution."""
    before, after = holding.quantity, holding.quantity + fill.signed_quantity
    average = holding.average_price or Decimal(0)
    closing = before * fill.signed_quantity < 0
    closed = min(abs(before), abs(fill.signed_quantity)) if closing else Decimal(0)
    sign = 1 if before > 0 else -1
    realised = holding.realised + sign * closed * (fill.price - average) - fill.fees
    return Holding(
        quantity=after,
        average_price=_average(before, average, fill=fill, after=after),
        realised=realised.quantize(PRICE_STEP),
        opened_at=_opened(holding, fill, after),
    )


def _average(
    before: Decimal, average: Decimal, *, fill: HeldFill, after: Decimal
) -> Decimal | None:
    if after == 0:
        return None
    if before * fill.signed_quantity >= 0:
        money = before * average + fill.signed_quantity * fill.price
        return (money / after).quantize(PRICE_STEP)
    return average if before * after > 0 else fill.price


def _opened(holding: Holding, fill: HeldFill, after: Decimal) -> datetime | None:
    if after == 0:
        return None
    if holding.quantity == 0 or holding.quantity * after < 0:
        return fill.executed_at
    return holding.opened_at


def fold_fills(fills: Iterable[HeldFill]) -> Holding:
    """The holding that these fills make, given in order of execution."""
    holding = Holding()
    for fill in fills:
        holding = add_fill(holding, fill)
    return holding
