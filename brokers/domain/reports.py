"""What brokers tell us, in one shape: cumulative facts that may be merged in any order.

Every instant is aware and in UTC, every figure a Decimal. `raw_status` keeps the
broker's own word beside ours; a word that we do not know gives `status=None`, which
changes nothing and is counted and shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import (
    OrderClass,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """The state of one order at its broker.

    `filled_quantity` is cumulative and `average_price` the average over it.
    `replaces` and `replaced_by` are broker ids that link the versions of an amended
    order. `legs` are the attached exits, each a report of its own.
    """

    broker_order_id: str
    client_order_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    order_class: OrderClass
    status: OrderStatus | None
    raw_status: str
    quantity: Decimal | None
    notional: Decimal | None
    filled_quantity: Decimal
    average_price: Decimal | None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    extended_hours: bool = False
    submitted_at: datetime | None = None
    updated_at: datetime | None = None
    reason: str = ""
    replaces: str = ""
    replaced_by: str = ""
    legs: tuple[OrderReport, ...] = ()
    role: OrderRole = OrderRole.ENTRY


class FillKind(StrEnum):
    """A bust takes an execution back, a correction puts another in its place."""

    NEW = "new"
    BUST = "bust"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """One execution; the same `execution_id` is the same execution, however often told.

    `quantity` is positive; `fees` is what this execution cost, positive, where known.
    `refers_to` is the execution that a bust takes back or a correction replaces; a
    bust's own quantity and price are those of the execution it takes back.
    """

    execution_id: str
    broker_order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    executed_at: datetime
    fees: Decimal | None = None
    kind: FillKind = FillKind.NEW
    refers_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionReport:
    """A holding at the broker; `quantity` is negative for a short.

    `average_price` is None where the broker cannot say what was paid.
    """

    symbol: str
    quantity: Decimal
    average_price: Decimal | None
    market_price: Decimal | None
    market_value: Decimal | None
    unrealised: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """Money and permissions of an account, as the broker states them."""

    broker_account_id: str
    account_number: str
    currency: str
    active: bool
    trading_blocked: bool
    blocked_reason: str
    cash: Decimal
    equity: Decimal
    last_equity: Decimal | None
    buying_power: Decimal
    initial_margin: Decimal | None
    maintenance_margin: Decimal | None
    multiplier: Decimal | None
    shorting_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Best bid and ask with sizes in units, and the last trade where known."""

    symbol: str
    bid: Decimal | None
    ask: Decimal | None
    bid_size: Decimal | None
    ask_size: Decimal | None
    quoted_at: datetime
    last: Decimal | None = None
    last_at: datetime | None = None


class CashKind(StrEnum):
    """Why cash moved, other than by a fill."""

    FEE = "fee"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    TRANSFER = "transfer"
    TAX = "tax"
    JOURNAL = "journal"
    CORPORATE_ACTION = "corporate"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashReport:
    """One movement of cash that is no fill: `amount` is signed money.

    `quantity` (signed units) and `symbol` where units came or went with it, as in a
    split or a transfer of shares. `occurred_at` is midnight UTC where a broker gives a
    day alone. `cancelled` says that the broker took it back.
    """

    activity_id: str
    kind: CashKind
    amount: Decimal
    occurred_at: datetime
    symbol: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    description: str = ""
    cancelled: bool = False


class BarInterval(StrEnum):
    MINUTE_1 = "1m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    HOUR_1 = "1h"
    DAY_1 = "1d"
    WEEK_1 = "1w"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Open, high, low, close and volume of the interval that starts at `start`."""

    symbol: str
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueClock:
    """What the venue itself says of now: open or closed, and what comes next."""

    now: datetime
    is_open: bool
    next_open: datetime
    next_close: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueSession:
    """One day of a venue's calendar; instants in UTC."""

    day: date
    opens: datetime
    closes: datetime
    extended_opens: datetime
    extended_closes: datetime


class StreamEventKind(StrEnum):
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    HEARTBEAT = "heartbeat"
    ORDER = "order"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEvent:
    """One piece of news from a stream; `order` and `fill` come together on a fill."""

    kind: StreamEventKind
    received_at: datetime
    order: OrderReport | None = None
    fill: FillReport | None = None
    quote: Quote | None = None
    detail: str = ""
    unknown_words: tuple[str, ...] = field(default=())
