"""The words of the trading journal: what a trade is made of, and what came of it.

Prices are per unit in the instrument's currency, money is the sum over units. What
nobody knows is None and makes what depends on it None: an average or an R-multiple
against a guessed figure would be a made-up one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import Side


ONE = Decimal(1)
NOTHING = Decimal(0)


class Direction(StrEnum):
    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        """+1 for a long, -1 for a short."""
        return 1 if self is Direction.LONG else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFill:
    """One execution that stands; `execution_id` is unique within its account.

    `quantity` is positive, `fees` positive money. `stop_price` is the protective stop
    known when the fill's order was confirmed, None where there was none. `multiplier`
    is money per point and unit: 100 for an option on shares, a future's point value.
    """

    execution_id: str
    account_id: int
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    executed_at: datetime
    fees: Decimal = NOTHING
    order_id: int | None = None
    stop_price: Decimal | None = None
    multiplier: Decimal = ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingEntry:
    """Units that came or went without a fill: an opening, an adjustment, a transfer.

    `quantity` is signed. `price` is None where nobody knows what was paid.
    """

    entry_id: str
    account_id: int
    symbol: str
    quantity: Decimal
    effective_at: datetime
    price: Decimal | None = None
    multiplier: Decimal = ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Every `old_units` become `new_units`, in all accounts: 1 and 2 for two for one.

    What was paid stays the same. Fractions that a broker pays out are a fill or an
    entry of their own.
    """

    symbol: str
    effective_at: datetime
    old_units: Decimal
    new_units: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPart:
    """What an execution, or another entry, did to one trade.

    A fill that flips a position has a part in two trades. `quantity` is signed, and
    it, `price` and `stop_price` count in units after all splits of the trade.
    """

    execution_id: str
    account_id: int
    quantity: Decimal
    price: Decimal | None
    fees: Decimal
    executed_at: datetime
    order_id: int | None
    stop_price: Decimal | None
    multiplier: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """One entry into a trade, with the stop that protected it at its fill."""

    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    executed_at: datetime
    order_id: int | None
    direction: Direction
    multiplier: Decimal = ONE

    @property
    def risk(self) -> Decimal | None:
        """Money lost when the stop is hit at its price; None for an entry that no stop
        protects, or whose stop stands on the wrong side of it.
        """
        if self.price is None or self.stop_price is None:
            return None
        distance = self.direction.sign * (self.price - self.stop_price)
        return distance * self.quantity * self.multiplier if distance > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRecord:
    """A round trip, or one under way: from flat to flat in one symbol.

    `quantity` is the largest held, `entry_price` and `exit_price` are averages; all in
    units after the trade's splits. `gross` and `net` are what was realised, by average
    cost while the trade is open, without and with `fees`. `initial_risk` is the sum
    over tranches, `first_risk` that of the first entry order; `r_multiple` and
    `r_first` are the net result of a closed trade in each. `open_quantity` is signed,
    `open_cost` what it cost: negative money for a short, which brought its proceeds.
    `account_id` is None where accounts were netted.
    """

    key: str
    account_id: int | None
    symbol: str
    direction: Direction
    opened_at: datetime
    closed_at: datetime | None
    quantity: Decimal
    entry_price: Decimal | None
    exit_price: Decimal | None
    gross: Decimal | None
    fees: Decimal
    net: Decimal | None
    initial_risk: Decimal | None
    first_risk: Decimal | None
    r_multiple: Decimal | None
    r_first: Decimal | None
    open_quantity: Decimal
    open_cost: Decimal | None
    fills: tuple[FillPart, ...]
    tranches: tuple[Tranche, ...]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
