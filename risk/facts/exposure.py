"""What an order does to the position and to the buying power.

For parallel orders not to exceed a limit together, the caller locks the account's row,
reads the open orders inside that lock, assesses, and commits the new command before the
lock goes: the next one then sees this one among its `open_orders`. The one lock order
is: account, order, command, trading states and policies (read), grant, decision, and
the head of the audit chain last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from risk.facts.known import Facts, OpenOrder
from risk.facts.numbers import positive, sound
from risk.facts.policy import Policy
from risk.facts.prices import worst_price
from risk.facts.words import OrderClass, OrderType


ZERO = Decimal(0)
REDUCING_CLASSES = frozenset({OrderClass.SIMPLE, OrderClass.OCO})
STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


def holding(facts: Facts) -> Decimal | None:
    """The confirmed position, negative when short; None when unknown."""
    return None if facts.position is None else sound(facts.position.quantity)


def opposes_position(facts: Facts) -> bool:
    """The order trades against a position that is there."""
    held = holding(facts)
    return held is not None and held * facts.order.side.sign < 0


def is_reducing(facts: Facts) -> bool:
    """The order can only bring the confirmed position closer to zero.

    Its quantity is known and not above the position, and no exit is attached that could
    open another one. A notional order never counts: how many units it trades is known
    only afterwards.
    """
    held, quantity = holding(facts), positive(facts.order.quantity)
    if held is None or quantity is None or facts.order.notional is not None:
        return False
    if facts.order.order_class not in REDUCING_CLASSES:
        return False
    return opposes_position(facts) and quantity <= abs(held)


def amended_order(facts: Facts) -> OpenOrder | None:
    """The working order that this one is a new version of."""
    amended = facts.order.amends
    found = (o for o in facts.open_orders or () if amended and o.id == amended)
    return next(found, None)


def widens_stop(facts: Facts) -> bool:
    """The order is a new version of a protective stop that lets more be lost than the
    one at work: further from the market, or for fewer units.
    """
    stop = amended_order(facts)
    if stop is None or not stop.reducing or stop.type not in STOPS:
        return False
    return _further(facts, stop) or _lower(facts.order.quantity, stop.remaining)


def _further(facts: Facts, stop: OpenOrder) -> bool:
    order = facts.order
    if order.side.sign > 0:
        moved = _lower(stop.stop_price, order.stop_price)
    else:
        moved = _lower(order.stop_price, stop.stop_price)
    return moved or _lower(stop.trail, order.trail_percent or order.trail_price)


def _lower(one: Decimal | None, other: Decimal | None) -> bool:
    first, second = positive(one), positive(other)
    return first is not None and second is not None and first < second


def adds_risk(facts: Facts) -> bool:
    """Whatever could make more be lost: all but what only brings a position closer to
    zero or asks for less than what works, and of that a stop that is moved away.
    """
    return widens_stop(facts) or not (is_reducing(facts) or asks_for_less(facts))


def asks_for_less(facts: Facts) -> bool:
    """The order is a new version of one that works: of no more units, and as an entry
    at no worse a price. What is not known is no less.
    """
    order, old = facts.order, amended_order(facts)
    units = positive(order.quantity)
    if old is None or units is None or order.notional is not None:
        return False
    if (old.symbol, old.side) != (order.symbol, order.side):
        return False
    if _lower(old.remaining, units) or positive(old.remaining) is None:
        return False
    if old.reducing:
        return True
    sign = order.side.sign
    return not (
        _worse(old.price, order.limit_price or order.stop_price, sign)
        or _worse(old.stop_price, order.stop_price, sign)
        or _worse(old.trail, order.trail_percent or order.trail_price, 1)
    )


def _worse(before: Decimal | None, after: Decimal | None, sign: int) -> bool:
    first, second = positive(before), positive(after)
    if first is None or second is None:
        return first is not second
    return (second - first) * sign > 0


def opening_units(facts: Facts) -> Decimal | None:
    """How many units of the order open or add; None for an unknown quantity."""
    quantity = positive(facts.order.quantity)
    if quantity is None or not opposes_position(facts):
        return quantity
    held = holding(facts) or ZERO
    return max(ZERO, quantity - abs(held))


def others(facts: Facts) -> tuple[OpenOrder, ...]:
    """The account's open orders without the one that this order amends."""
    amended = facts.order.amends
    orders = facts.open_orders or ()
    return tuple(o for o in orders if not amended or o.id != amended)


def unresolved_in_symbol(facts: Facts) -> tuple[OpenOrder, ...]:
    return tuple(
        o for o in others(facts) if o.unresolved and o.symbol == facts.order.symbol
    )


def overfilled_in_symbol(facts: Facts) -> tuple[OpenOrder, ...]:
    return tuple(
        o for o in others(facts) if o.overfilled and o.symbol == facts.order.symbol
    )


def reserved_units(facts: Facts) -> Decimal:
    """How much of the position working exits already hold.

    Unresolved ones are left out, so that an order that may not exist never locks the
    way out. An exit whose remainder is unknown holds all of it.
    """
    held = holding(facts)
    if not held:
        return ZERO
    own_group = _group_of_amended(facts)
    closing = [
        o
        for o in others(facts)
        if o.symbol == facts.order.symbol
        and o.side.sign * held < 0
        and not (o.contingent or o.unresolved)
        and not (own_group and o.group == own_group)
    ]
    return min(abs(held), _largest_of_groups(closing, abs(held)))


def _group_of_amended(facts: Facts) -> str:
    """The group of the order that this one amends: its members exclude each other, so
    they hold nothing against the new version.
    """
    amended = facts.order.amends
    found = (o.group for o in facts.open_orders or () if amended and o.id == amended)
    return next(found, "")


def _largest_of_groups(orders: Iterable[OpenOrder], whole: Decimal) -> Decimal:
    """Orders that exclude each other count once, by the largest."""
    largest: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        key = order.group or f"order {order.id}"
        remaining = sound(order.remaining)
        units = whole if remaining is None else remaining
        largest[key] = max(largest[key], units)
    return sum(largest.values(), ZERO)


def worst_notional(facts: Facts, policy: Policy) -> Decimal | None:
    """The money that the order could use of the buying power; None when unknown."""
    if is_reducing(facts):
        return ZERO
    notional = positive(facts.order.notional)
    if notional is not None:
        return notional + facts.costs.commission
    units, price = opening_units(facts), worst_price(facts, policy)
    if units is None or price is None:
        return None
    return units * price + facts.costs.commission


def committed(facts: Facts) -> Decimal | None:
    """What open orders may still use beyond the broker's figure; None when unknown.

    Orders that the figure already knows are left out: acknowledged before it was read,
    resolved, and at a broker that nets them.
    """
    if facts.open_orders is None:
        return None
    uses = [sound(facts.account.used_since)]
    uses += [
        sound(order.worst_notional)
        for order in others(facts)
        if not (order.reducing or order.contingent or _is_netted(facts, order))
    ]
    known = [use for use in uses if use is not None]
    return sum(known, ZERO) if len(known) == len(uses) else None


def free_buying_power(facts: Facts) -> Decimal | None:
    """The broker's buying power less what is committed; None when unknown.

    What an amended order holds comes back, where the broker had taken it off.
    """
    stated, used = sound(facts.account.buying_power), committed(facts)
    if stated is None or used is None:
        return None
    return stated - used + _held_by_amended(facts)


def _held_by_amended(facts: Facts) -> Decimal:
    return sum(
        (
            sound(order.worst_notional) or ZERO
            for order in facts.open_orders or ()
            if facts.order.amends == order.id
            and not order.reducing
            and _is_netted(facts, order)
        ),
        ZERO,
    )


def _is_netted(facts: Facts, order: OpenOrder) -> bool:
    broker_nets = facts.capabilities is not None and facts.capabilities.nets_open_orders
    if not broker_nets or order.unresolved or order.accepted_at is None:
        return False
    as_of = facts.account.as_of
    return as_of is not None and order.accepted_at < as_of
