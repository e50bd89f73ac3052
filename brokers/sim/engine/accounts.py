"""An account as it is told: figures, positions, activities, settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import Side
from brokers.sim.engine.orders import SimStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfiguration:
    """Alpaca's `AccountConfigurations`; what stock trading does not use is kept and
    told back.
    """

    suspend_trade: bool = False
    no_shorting: bool = False
    fractional_trading: bool = True
    max_margin_multiplier: int = 4
    max_options_trading_level: int = 0
    trade_confirm_email: str = "none"
    ptp_no_exception_entry: bool = False
    disable_overnight_trading: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Every figure of Alpaca's account object, in dollars, as of `at`.

    `buying_power` has the holds of open orders taken off. `settled_cash` is cash
    without the proceeds of sales that settle later (T+1, 17 CFR 240.15c6-1).
    `accrued_fees` are regulatory fees of today's sales, not yet taken from cash.
    """

    id: str
    key_id: str
    number: str
    status: str
    currency: str
    created_at: datetime
    at: datetime
    cash: Decimal
    settled_cash: Decimal
    equity: Decimal
    last_equity: Decimal
    balance_as_of: date
    long_market_value: Decimal
    short_market_value: Decimal
    position_market_value: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    last_maintenance_margin: Decimal
    special_memorandum_account: Decimal
    buying_power: Decimal
    regt_buying_power: Decimal
    daytrading_buying_power: Decimal
    non_marginable_buying_power: Decimal
    multiplier: int
    accrued_fees: Decimal
    shorting_enabled: bool
    trading_blocked: bool
    account_blocked: bool
    transfers_blocked: bool
    trade_suspended_by_user: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionView:
    """A holding; `quantity`, `market_value` and `cost_basis` are negative for a short.
    The `..._ratio` figures are fractions (0.01 is 1 %).
    """

    symbol: str
    asset_id: str
    exchange: str
    marginable: bool
    quantity: Decimal
    available_quantity: Decimal
    average_entry_price: Decimal
    cost_basis: Decimal
    market_value: Decimal
    current_price: Decimal
    last_day_price: Decimal
    change_today_ratio: Decimal
    unrealized: Decimal
    unrealized_ratio: Decimal
    unrealized_intraday: Decimal
    unrealized_intraday_ratio: Decimal


class ActivityType(StrEnum):
    FILL = "FILL"
    FEE = "FEE"
    DEPOSIT = "CSD"
    WITHDRAWAL = "CSW"


# The status of an activity that no list has any more.
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of an account's history; `id` sorts by time ("20261121...::uuid").

    The members from `order_id` on are those of a FILL. A busted fill has `status`
    canceled, a corrected one correct and the execution that it replaces as
    `previous_execution_id`; `net_amount` is signed dollars of the rest.
    """

    id: str
    type: ActivityType
    at: datetime
    day: date
    sub_type: str = ""
    net_amount: Decimal | None = None
    description: str = ""
    status: str = "executed"
    order_id: str = ""
    execution_id: str = ""
    previous_execution_id: str = ""
    symbol: str = ""
    side: Side | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None
    cumulative_quantity: Decimal | None = None
    leaves_quantity: Decimal | None = None
    fill_kind: str = ""
    order_status: SimStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFilter:
    """Alpaca's filters of `GET /v2/account/activities`. `types` are activity types;
    `page_token` is the id of the last line seen.
    """

    types: frozenset[str] = frozenset()
    day: date | None = None
    after: datetime | None = None
    until: datetime | None = None
    descending: bool = True
    page_size: int = 100
    page_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioHistory:
    """Equity at the end of each window; `timestamps` are the windows' beginnings."""

    timeframe: str
    timestamps: tuple[datetime, ...]
    equity: tuple[Decimal, ...]
    profit_loss: tuple[Decimal, ...]
    profit_loss_ratio: tuple[Decimal, ...]
    base_value: Decimal
    base_value_as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFlags:
    """What the operator may impose on an account."""

    trading_blocked: bool = False
    account_blocked: bool = False
    transfers_blocked: bool = False
