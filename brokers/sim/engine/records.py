"""The engine's own records: mutable, in scaled integers, never shown outside.

`status` of an order is assigned in `lifecycle` and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from brokers.domain.orders import OrderClass, OrderRole, OrderType, Side, TimeInForce
from brokers.sim.engine.orders import SimStatus


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """`value` is the money of its fills. `hold` is the buying power it ties up, and
    `hold_price` the price at which that is counted. `collar` is the limit that a
    triggered stop to buy gets. `priority` is its place in time. A
    `forgotten` one is kept and never told of.
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
    quantity: int | None
    notional: int | None
    limit: int | None
    stop: int | None
    trail_price: int | None
    trail_percent: int | None
    extended_hours: bool
    opening: bool
    hold_price: int
    priority: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    high_water: int | None = None
    hold: int = 0
    filled: int = 0
    value: int = 0
    triggered: bool = False
    collar: int | None = None
    filled_at: datetime | None = None
    expired_at: datetime | None = None
    canceled_at: datetime | None = None
    failed_at: datetime | None = None
    replaced_at: datetime | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    parent_id: str | None = None
    legs: list[str] = field(default_factory=list)
    reason: str = ""
    forgotten: bool = False

    def leaves(self, price: int) -> int:
        """The quantity still to be filled if it fills at this price."""
        if self.quantity is not None:
            return self.quantity - self.filled
        return ((self.notional or 0) - self.value) // price

    @property
    def is_stop(self) -> bool:
        """Still waiting for its trigger."""
        return self.type in _STOPS and not self.triggered

    @property
    def working_limit(self) -> int | None:
        """The worst price at which it may trade now; None for any."""
        return self.collar if self.limit is None else self.limit


_STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


@dataclass(slots=True, kw_only=True, eq=False)
class Position:
    """Signed quantity and cost; `intraday_cost` takes what was held at the last close
    at that close's price.
    """

    symbol: str
    quantity: int = 0
    cost: int = 0
    intraday_cost: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Execution:
    """One fill as it counts now; not `standing` once busted or corrected."""

    id: str
    order_id: str
    activity_id: str
    symbol: str
    side: Side
    quantity: int
    price: int
    at: datetime
    settles: date
    standing: bool = True


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """Money is in units of `units.MONEY`. `sold` and `taf` are what the fees of
    today's sales are reckoned from; `unsettled` are (day, money) of sales.
    """

    id: str
    key_id: str
    number: str
    created_at: datetime
    cash: int
    multiplier: int
    last_equity: int
    last_maintenance: int
    balance_as_of: date
    sold: int = 0
    taf: int = 0
    unsettled: list[list[int]] = field(default_factory=list)
    trading_blocked: bool = False
    account_blocked: bool = False
    transfers_blocked: bool = False
    suspend_trade: bool = False
    no_shorting: bool = False
    fractional_trading: bool = True
    max_margin_multiplier: int = 4
    max_options_trading_level: int = 0
    trade_confirm_email: str = "none"
    ptp_no_exception_entry: bool = False
    disable_overnight_trading: bool = True
