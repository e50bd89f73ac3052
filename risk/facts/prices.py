"""Which market price counts for an order, and what the order could cost at worst."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk.facts.known import Facts, OrderFacts, QuoteFacts
from risk.facts.numbers import HUNDRED, positive, sound
from risk.facts.policy import Policy
from risk.facts.timing import waits_for_session
from risk.facts.words import OrderType, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A bid and an ask that can be reckoned with: above zero and not crossed."""

    bid: Decimal
    ask: Decimal

    @property
    def middle(self) -> Decimal:
        return (self.bid + self.ask) / 2

    def taking(self, side: Side) -> Decimal:
        """The price at which `side` trades at once."""
        return self.ask if side is Side.BUY else self.bid


def market_of(quote: QuoteFacts) -> Market | None:
    """The market of a quote of any age; None when it is one-sided or crossed."""
    bid, ask = positive(quote.bid), positive(quote.ask)
    if bid is None or ask is None or bid > ask:
        return None
    return Market(bid=bid, ask=ask)


def is_fresh(quote: QuoteFacts, policy: Policy) -> bool:
    """Its age is known and within the limit; a clock ahead counts like one behind."""
    age = sound(quote.age_seconds)
    return age is not None and age.copy_abs() <= policy.quote_age_seconds


def current_market(facts: Facts, policy: Policy) -> Market | None:
    """The market that this order may be measured against, None when there is none.

    A quote must be fresh, except for an order that waits for the next session.
    """
    if not (is_fresh(facts.quote, policy) or waits_for_session(facts)):
        return None
    return market_of(facts.quote)


def entry_price(facts: Facts, market: Market | None) -> Decimal | None:
    """The price at which the order is expected to trade: its limit, stop or the market."""
    order = facts.order
    if order.type in {OrderType.LIMIT, OrderType.STOP_LIMIT}:
        return positive(order.limit_price)
    if order.type is OrderType.STOP:
        return positive(order.stop_price)
    return None if market is None else market.taking(order.side)


def worst_price(facts: Facts, policy: Policy) -> Decimal | None:
    """The highest price at which the order could reasonably be booked.

    Without a limit price the policy's buffer is added. A short sale is valued at the
    ask at least, as brokers reserve for it. None: no price to go by.
    """
    buffer = 1 + policy.market_buffer_percent / HUNDRED
    market = current_market(facts, policy)
    if facts.order.side is Side.BUY:
        return _worst_buy(facts.order, market, buffer)
    if market is None:
        return None
    stated = [
        price
        for price in (facts.order.limit_price, facts.order.stop_price)
        if positive(price) is not None and price is not None
    ]
    return max([market.ask * buffer, *stated])


def _worst_buy(
    order: OrderFacts, market: Market | None, buffer: Decimal
) -> Decimal | None:
    if order.type in {OrderType.LIMIT, OrderType.STOP_LIMIT}:
        return positive(order.limit_price)
    if order.type is OrderType.STOP:
        stop = positive(order.stop_price)
        return None if stop is None else stop * buffer
    if market is None:
        return None
    return (market.ask + trail_distance(order, market.ask)) * buffer


def trail_distance(order: OrderFacts, reference: Decimal) -> Decimal:
    """How far a trailing stop follows, in money per unit; 0 for any other order."""
    if order.type is not OrderType.TRAILING_STOP:
        return Decimal(0)
    percent = positive(order.trail_percent)
    if percent is not None:
        return reference * percent / HUNDRED
    return positive(order.trail_price) or Decimal(0)


def order_value(facts: Facts, policy: Policy) -> Decimal | None:
    """What the whole order is worth at its worst price, None if unknown."""
    notional = positive(facts.order.notional)
    if notional is not None:
        return notional
    quantity, price = positive(facts.order.quantity), worst_price(facts, policy)
    return None if quantity is None or price is None else quantity * price


def order_units(facts: Facts, policy: Policy) -> Decimal | None:
    """The quantity, of a notional order the most units that its money could buy."""
    quantity = positive(facts.order.quantity)
    if quantity is not None:
        return quantity
    notional, market = positive(facts.order.notional), current_market(facts, policy)
    return None if notional is None or market is None else notional / market.bid
