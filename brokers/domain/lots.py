"""From fills to a holding: quantity, average price and what was realised.

Average-cost accounting: a fill in the direction of the holding moves the average, one
against it realises the difference, one through zero closes and opens anew. Tax lots
are another question and are counted elsewhere.

What nobody knows stays unknown. Units that came without a cost (a holding from before
the desk, a transfer) leave the whole holding without an average price until it has been
flat once, and what closes meanwhile realises nothing but its fees: a result against a
guessed cost would be a made-up one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


PRICE_STEP = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFill:
    """A fill, or another entry that brought or took units.

    `signed_quantity` is negative for a sale; `fees` are positive money. `price` is None
    where nobody knows what was paid or got. `keeps_cost` marks units that came or went
    for nothing, as in a split: what the holding cost in all stays the same.
    """

    signed_quantity: Decimal
    price: Decimal | None
    executed_at: datetime
    fees: Decimal = Decimal(0)
    keeps_cost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`average_price` is None when flat, and when the cost of what is held is unknown.

    `realised` is money after fees, without what was closed at an unknown cost.
    """

    quantity: Decimal = Decimal(0)
    average_price: Decimal | None = None
    realised: Decimal = Decimal(0)
    opened_at: datetime | None = None


def add_fill(holding: Holding, fill: HeldFill) -> Holding:
    """The holding after one more fill, in order of execution."""
    before, after = holding.quantity, holding.quantity + fill.signed_quantity
    realised = holding.realised - fill.fees
    if not _rescales(before, after, fill):
        realised += _gain(holding, fill)
    return Holding(
        quantity=after,
        average_price=_average(holding, fill, after),
        realised=realised.quantize(PRICE_STEP),
        opened_at=_opened(holding, fill, after),
    )


def _rescales(before: Decimal, after: Decimal, fill: HeldFill) -> bool:
    return fill.keeps_cost and before * after > 0


def _gain(holding: Holding, fill: HeldFill) -> Decimal:
    """What closing realises before fees; nothing where either price is unknown."""
    before, average = holding.quantity, holding.average_price
    closing = before * fill.signed_quantity < 0
    if not closing or average is None or fill.price is None:
        return Decimal(0)
    closed = min(abs(before), abs(fill.signed_quantity))
    sign = 1 if before > 0 else -1
    return sign * closed * (fill.price - average)


def _average(holding: Holding, fill: HeldFill, after: Decimal) -> Decimal | None:
    before, average = holding.quantity, holding.average_price
    if after == 0:
        return None
    if before == 0 or before * after < 0:
        return fill.price
    if before * fill.signed_quantity < 0 and not fill.keeps_cost:
        return average
    paid = Decimal(0) if fill.keeps_cost else fill.price
    if average is None or paid is None:
        return None
    cost = before * average + fill.signed_quantity * paid
    return (cost / after).quantize(PRICE_STEP)


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
