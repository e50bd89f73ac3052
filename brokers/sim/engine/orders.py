"""What is asked of the practice exchange, and what it says of an order.

The words are Alpaca's (Trading API `Order`), so that the wire face only has to spell
them; see https://docs.alpaca.markets/docs/orders-at-alpaca.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import OrderClass, OrderRole, OrderType, Side, TimeInForce


class SimStatus(StrEnum):
    """Alpaca's `OrderStatus`, as far as this venue uses it.

    `accepted` waits for the session in which it may trade, `pending_new` is the answer
    to a submission, `held` is an attached exit whose entry has not filled.
    """

    PENDING_NEW = "pending_new"
    ACCEPTED = "accepted"
    NEW = "new"
    HELD = "held"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        return self in OPEN


OPEN = frozenset(
    {
        SimStatus.PENDING_NEW,
        SimStatus.ACCEPTED,
        SimStatus.NEW,
        SimStatus.HELD,
        SimStatus.PARTIALLY_FILLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """A new order, parsed but not judged.

    `symbol` may be an asset id. Prices are in dollars per share, `notional` in
    dollars; `trail_percent` 1.5 means 1.5 %. A bracket carries both exits, an OTO one
    of them, an OCO is the pair of exits alone.
    """

    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: Decimal | None = None
    notional: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    extended_hours: bool = False
    client_order_id: str | None = None
    order_class: OrderClass = OrderClass.SIMPLE
    take_profit_limit_price: Decimal | None = None
    stop_loss_stop_price: Decimal | None = None
    stop_loss_limit_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceRequest:
    """What is to change; None leaves it. `trail` is a price or a percentage, as the
    order has it; `quantity` is the new total, what has filled included.
    """

    quantity: Decimal | None = None
    time_in_force: TimeInForce | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail: Decimal | None = None
    client_order_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimOrder:
    """One order as it stood at one moment.

    `filled_quantity` is cumulative over the chain of replacements, as in FIX: a
    replacement starts with what its predecessor had filled. `legs` is filled only
    where the caller asked for nesting or the order was just submitted.
    """

    id: str
    account_id: str
    client_order_id: str
    symbol: str
    asset_id: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    order_class: OrderClass
    role: OrderRole
    status: SimStatus
    quantity: Decimal | None
    notional: Decimal | None
    filled_quantity: Decimal
    filled_average_price: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    trail_price: Decimal | None
    trail_percent: Decimal | None
    high_water_mark: Decimal | None
    extended_hours: bool
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime
    expires_at: datetime
    filled_at: datetime | None = None
    expired_at: datetime | None = None
    canceled_at: datetime | None = None
    failed_at: datetime | None = None
    replaced_at: datetime | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    parent_id: str | None = None
    reject_reason: str = ""
    legs: tuple[SimOrder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Alpaca's filters of `GET /v2/orders`. `status` is open, closed or all; `after`
    and `until` are exclusive bounds on submission. `nested` rolls exits up under
    their parent.
    """

    status: str = "open"
    limit: int = 50
    after: datetime | None = None
    until: datetime | None = None
    descending: bool = True
    nested: bool = False
    symbols: frozenset[str] = frozenset()
    side: Side | None = None


class EventKind(StrEnum):
    """Alpaca's trade update events."""

    ACCEPTED = "accepted"
    NEW = "new"
    FILL = "fill"
    PARTIAL_FILL = "partial_fill"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REJECTED = "rejected"
    RESTATED = "restated"
    TRADE_BUST = "trade_bust"
    TRADE_CORRECT = "trade_correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One piece of news about an order, in the order in which it happened.

    `price`, `quantity`, `position_quantity` (after it, signed) and `execution_id` are
    set on fills, busts and corrections; `previous_execution_id` names what a bust or
    correction supersedes. `order` is the order right after the event.
    """

    sequence: int
    at: datetime
    account_id: str
    kind: EventKind
    order: SimOrder
    execution_id: str
    price: Decimal | None = None
    quantity: Decimal | None = None
    position_quantity: Decimal | None = None
    previous_execution_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOutcome:
    """One line of a cancel-all: `status` is the HTTP status of this order's cancel."""

    order_id: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOutcome:
    """One line of a close-all: the closing order, or why there is none."""

    symbol: str
    status: int
    order: SimOrder | None = None
    code: int = 0
    message: str = ""
