"""The words for orders, shared by every adapter, the order machine and the models."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"

    @property
    def needs_limit_price(self) -> bool:
        return self in {OrderType.LIMIT, OrderType.STOP_LIMIT}

    @property
    def needs_stop_price(self) -> bool:
        return self in {OrderType.STOP, OrderType.STOP_LIMIT}


class TimeInForce(StrEnum):
    DAY = "day"
    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    OPG = "opg"
    CLS = "cls"


class OrderClass(StrEnum):
    SIMPLE = "simple"
    BRACKET = "bracket"
    OCO = "oco"
    OTO = "oto"


class OrderStatus(StrEnum):
    """What the market says of an order. What is in flight is a Command, not a status."""

    DRAFT = "draft"
    DENIED = "denied"
    SUBMITTED = "submitted"
    WORKING = "working"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"

    @property
    def is_terminal(self) -> bool:
        return self in TERMINAL_STATUSES

    @property
    def is_open(self) -> bool:
        """At the market, or believed to be on its way there."""
        return self in OPEN_STATUSES


OPEN_STATUSES = frozenset(
    {OrderStatus.SUBMITTED, OrderStatus.WORKING, OrderStatus.PARTIALLY_FILLED}
)
TERMINAL_STATUSES = frozenset(
    {
        OrderStatus.DENIED,
        OrderStatus.FILLED,
        OrderStatus.CANCELLED,
        OrderStatus.REJECTED,
        OrderStatus.EXPIRED,
    }
)


class OrderRole(StrEnum):
    """What an order is for: the entry, or one of the exits attached to it."""

    ENTRY = "entry"
    STOP = "stop"
    TARGET = "target"


class CommandKind(StrEnum):
    SUBMIT = "submit"
    CANCEL = "cancel"
    AMEND = "amend"


class CommandStatus(StrEnum):
    """The life of what we ask of a broker.

    A command in `sent` whose answer never came is looked up, and shown as unresolved
    meanwhile; it is never shown as refused without proof.
    """

    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


# Not ended: it waits for its turn, or is on its way, or nobody knows yet.
IN_FLIGHT = [CommandStatus.QUEUED.value, CommandStatus.SENT.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSpec:
    """Exactly what is asked of a broker, in full; what a second factor signs.

    Prices are in the instrument's currency per unit. `trail_price` is an amount of
    money, `trail_percent` a percentage (1.5 means 1.5 %). Either `quantity` (units) or
    `notional` (money) is given, never both. The attached exits take effect when the
    entry has filled: `stop_loss_price` (with `stop_loss_limit_price` as a stop-limit)
    and `take_profit_price`.
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
    order_class: OrderClass = OrderClass.SIMPLE
    take_profit_price: Decimal | None = None
    stop_loss_price: Decimal | None = None
    stop_loss_limit_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """What an amend changes; None leaves a field as it is."""

    quantity: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail: Decimal | None = None
    time_in_force: TimeInForce | None = None


def client_order_id(intent: UUID) -> str:
    """The id under which a broker knows an intent: 20 characters of A-Z and 2-7.

    Derived, so that a retry after any crash uses the same one; short and alphanumeric,
    so that every supported broker accepts it (E*TRADE allows 20 alphanumerics, Webull
    32 letters and digits, Alpaca 128 characters).
    """
    hashed = hashlib.sha256(b"tradedesk.order:" + intent.bytes).digest()
    return base64.b32encode(hashed).decode()[:20]
