"""What a rule may know. None means unknown, and unknown fails closed.

Prices, money and equity are in the account's currency, quantities in units, percentages
as 1.5 for 1.5 %, instants aware and in UTC. Nothing here knows a clock or a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from risk.facts.behaviour import BehaviourFacts, ChaseFacts
from risk.facts.words import (
    AccountMode,
    AccountStatus,
    Intent,
    OrderClass,
    OrderType,
    Session,
    Side,
    TimeInForce,
    TradingState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """The order as the trader wants it; `quantity` or `notional`, never both.

    `amends` is the id of the working order that this one replaces: that order then
    counts neither as exposure nor as a reservation. `quantity` of an amend is what is
    left to fill. `expected_mode` is what the page showed. For an OCO the side is the
    side of its exits.
    """

    symbol: str
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    order_class: OrderClass = OrderClass.SIMPLE
    quantity: Decimal | None = None
    notional: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    take_profit_price: Decimal | None = None
    stop_loss_price: Decimal | None = None
    stop_loss_limit_price: Decimal | None = None
    extended_hours: bool = False
    intent: Intent = Intent.TRADE
    expected_mode: AccountMode | None = None
    amends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFacts:
    """`sub_dollar_tick` applies below a price of 1 (SEC Rule 612); None: use `tick`.

    `lot` is the step of a quantity where no fraction is allowed.
    """

    exists: bool | None = None
    tradable: bool | None = None
    halted: bool | None = None
    fractionable: bool | None = None
    shortable: bool | None = None
    easy_to_borrow: bool | None = None
    tick: Decimal | None = None
    sub_dollar_tick: Decimal | None = None
    lot: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFacts:
    """`session` None: the venue's clock could not be read.

    The two auction flags say whether orders for that auction are taken now; None: the
    venue does not say.
    """

    session: Session | None = None
    next_open: datetime | None = None
    next_close: datetime | None = None
    takes_opening_orders: bool | None = None
    takes_closing_orders: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityFacts:
    """What the broker takes.

    Orders with one of `restricted_times_in_force` are of `restricted_types` only, those
    with attached exits of `class_types`.
    `nets_open_orders`: the buying power it reports already leaves out what its working
    orders hold. `queues_when_closed`: it keeps a day order for the next session.
    `refuses_self_trades`: it refuses a single order that could meet one's own.
    """

    broker: str
    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    order_classes: frozenset[OrderClass]
    class_times_in_force: frozenset[TimeInForce]
    fractional_types: frozenset[OrderType]
    fractional_times_in_force: frozenset[TimeInForce]
    fractional_decimals: int
    notional: bool
    extended_hours_types: frozenset[OrderType]
    extended_hours_times_in_force: frozenset[TimeInForce]
    shorting: bool
    minimum_notional: Decimal
    restricted_times_in_force: frozenset[TimeInForce] = frozenset()
    restricted_types: frozenset[OrderType] = frozenset()
    class_types: frozenset[OrderType] = frozenset(OrderType)
    nets_open_orders: bool = True
    queues_when_closed: bool = True
    refuses_self_trades: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFacts:
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    age_seconds: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFacts:
    """The confirmed position; negative is short, 0 is known to be flat."""

    quantity: Decimal
    average_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """`as_of` is when the broker stated these figures.

    `used_since` is the money that fills booked after `as_of` have used up, so that a
    quick fill is counted although the broker's figure is older. `shorting_enabled`
    None: unknown.
    """

    mode: AccountMode | None = None
    status: AccountStatus | None = None
    owned_by_user: bool | None = None
    equity: Decimal | None = None
    cash: Decimal | None = None
    buying_power: Decimal | None = None
    as_of: datetime | None = None
    used_since: Decimal = Decimal(0)
    shorting_enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """One order of the account at the market or believed on its way, any symbol.

    `worst_notional` is the money its remainder could use (`prices.worst_notional`);
    None: unknown. `reducing` orders use none. `unresolved`: nobody knows whether the
    broker has it. `accepted_at`: when the broker acknowledged it. Orders of one `group`
    exclude each other (OCO), so only the largest counts. A `contingent` order is an
    exit that sleeps until its entry fills; it reserves nothing. `overfilled`: it ended
    with more filled than was asked for, and nobody has settled that yet.
    """

    id: str
    symbol: str
    side: Side
    type: OrderType
    remaining: Decimal | None
    worst_notional: Decimal | None
    price: Decimal | None = None
    reducing: bool = False
    unresolved: bool = False
    contingent: bool = False
    overfilled: bool = False
    accepted_at: datetime | None = None
    sent_at: datetime | None = None
    group: str = ""
    stop_price: Decimal | None = None
    trail: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentOrder:
    """An order of the last minutes, whatever became of it, for the duplicate window.

    `price` is the limit price, else the stop price, else None.
    """

    id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal | None
    notional: Decimal | None
    price: Decimal | None
    placed_at: datetime
    unresolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFacts:
    desk: TradingState | None = None
    user: TradingState | None = None
    account: TradingState | None = None

    @property
    def strictest(self) -> TradingState | None:
        """None when any of the three is unknown."""
        known = [s for s in (self.desk, self.user, self.account) if s is not None]
        if len(known) < 3:  # noqa: PLR2004 - desk, user, account
            return None
        return max(known, key=lambda state: state.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFacts:
    """What one side of a trade costs: `commission` per order, `slippage` per unit."""

    commission: Decimal = Decimal(0)
    slippage: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the rules may know of one order at one instant.

    `open_orders` and `recent_orders` None: could not be read. `approved_at` is when the
    trader confirmed, None while drafting. `atr` is the daily average true range. `chase`
    None: not looked at, as of an order that was reviewed already.
    """

    now: datetime
    order: OrderFacts
    instrument: InstrumentFacts = field(default_factory=InstrumentFacts)
    venue: VenueFacts = field(default_factory=VenueFacts)
    capabilities: CapabilityFacts | None = None
    quote: QuoteFacts = field(default_factory=QuoteFacts)
    atr: Decimal | None = None
    position: PositionFacts | None = None
    account: AccountFacts = field(default_factory=AccountFacts)
    open_orders: tuple[OpenOrder, ...] | None = None
    recent_orders: tuple[RecentOrder, ...] | None = None
    states: StateFacts = field(default_factory=StateFacts)
    costs: CostFacts = field(default_factory=CostFacts)
    behaviour: BehaviourFacts = field(default_factory=BehaviourFacts)
    chase: ChaseFacts | None = None
    drafted_at: datetime | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFacts:
    """What is asked once more after the worker took the command from the queue."""

    now: datetime
    states: StateFacts
    account: AccountFacts
    expected_mode: AccountMode | None
    reducing: bool
    approved_at: datetime | None = None
