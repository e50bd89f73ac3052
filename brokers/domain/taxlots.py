"""Tax lots: what was acquired when and for how much, and what its disposal realised.

The words; `lotrelief` matches disposals with lots, `washsales` defers losses and
`realisedgains` is the report. What is counted follows IRS Publication 550 and Form 8949 for
a person who trades shares: it is a help to check a broker's Form 1099-B against, no
advice. Days are trade dates in the exchange's zone, on which shares count as acquired
and sold (Rev. Rul. 66-97).

What nobody knows (the cost of a holding from before the desk) stays None and makes no
gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import Side


NOTHING = Decimal(0)
ONE = Decimal(1)


class LotMethod(StrEnum):
    """Which lots a disposal takes first.

    `AVERAGE` takes the average cost of all and the dates of the oldest. `HIGHEST_COST`
    and `AVERAGE` look at costs before wash sales. `SPECIFIC` takes the lots named at
    the sale, and the oldest for what is not named (Treas. Reg. 1.1012-1(c)).
    """

    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"
    HIGHEST_COST = "highest_cost"
    SPECIFIC = "specific"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPick:
    """So many units, in units at the sale, of the lot that this fill opened."""

    lot_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFill:
    """A fill, or an opening: units that came with a cost and a day of their own.

    `quantity` and `fees` are positive. `purchase` names the order, so that shares
    bought with it do not replace each other; empty: the fill stands for itself.
    `undated` marks an opening of which nobody knows since when the units were held.
    """

    fill_id: str
    account_id: int
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal | None
    executed_at: datetime
    traded_on: date
    fees: Decimal = NOTHING
    purchase: str = ""
    picks: tuple[LotPick, ...] = ()
    undated: bool = False
    multiplier: Decimal = ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSplit:
    """Every `old_units` become `new_units`: a lot keeps its cost and its days."""

    symbol: str
    effective_at: datetime
    old_units: Decimal
    new_units: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLot:
    """A lot, or the part of one that was disposed of at once.

    `opened_for` is the cost of a long with its fees, or the proceeds of a short sale
    less its fees; `closed_for` the other side. `quantity` counts in units of the day of
    disposal, `common_quantity` in units after all splits. `held_since` is `acquired_on`
    or, for a replacement, earlier by the time that the replaced shares were held.
    `deferred` is the loss of replaced shares that this lot took over, `disallowed` the
    loss of its own that another lot took; both are positive money. `took_over` is the
    purchase whose loss it took.
    """

    lot_id: str
    account_id: int
    symbol: str
    is_short: bool
    quantity: Decimal
    common_quantity: Decimal
    opened_for: Decimal | None
    acquired_on: date | None
    held_since: date | None
    purchase: str
    closed_for: Decimal | None = None
    disposed_on: date | None = None
    closing_id: str = ""
    deferred: Decimal = NOTHING
    disallowed: Decimal = NOTHING
    took_over: str = ""

    @property
    def is_replacement(self) -> bool:
        return bool(self.took_over)

    @property
    def result(self) -> Decimal | None:
        """Money gained, before what is disallowed; None while open, or if unknown."""
        if self.opened_for is None or self.closed_for is None:
            return None
        gained = self.closed_for - self.opened_for
        return (-gained if self.is_short else gained) - self.deferred
