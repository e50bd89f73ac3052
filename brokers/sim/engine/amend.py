"""Cancelling and replacing orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from dataclasses import replace as changed
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderRole, OrderType, TimeInForce
from brokers.sim.engine import (
    checks,
    groups,
    intake,
    lifecycle,
    matching,
    offers,
    related,
    rules,
    stops,
)
from brokers.sim.engine.orders import (
    CancelOutcome,
    OrderRequest,
    ReplaceRequest,
    SimOrder,
    SimStatus,
)
from brokers.sim.engine.records import Order
from brokers.sim.engine.rejection import malformed, unprocessable
from brokers.sim.engine.units import price_units, quantity_of, quantity_units
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.engine.views import order_view
from brokers.sim.market.scale import price_of


_REPLACEABLE = frozenset({SimStatus.NEW, SimStatus.PARTIALLY_FILLED, SimStatus.HELD})
_START = {SimStatus.HELD: SimStatus.HELD}
_FRESH = frozenset(
    {"id", "status", "replaces", "replaced_by", "replaced_at", "legs", "parent_id"}
)


def cancel(venue: Venue, holder: Holder, order_id: str) -> SimOrder:
    order = venue.order_of(holder, order_id)
    if not order.status.is_open:
        raise unprocessable(f'order is already in "{order.status}" state')
    matching.cancel_rest(venue, order)
    return order_view(order)


def cancel_all(venue: Venue, holder: Holder) -> list[CancelOutcome]:
    every = [order for found in holder.open.values() for order in found.values()]
    every.sort(key=lambda order: order.priority)
    for order in every:
        if order.status.is_open:
            matching.cancel_rest(venue, order)
    return [CancelOutcome(order_id=order.id, status=200) for order in every]


def replace(
    venue: Venue, holder: Holder, order: Order, *, change: ReplaceRequest
) -> SimOrder:
    """The order ends as replaced; a new one takes its place, last in time priority.

    Quantity is the new total, so what has filled stays counted (as in FIX, where
    OrderQty of a cancel/replace request includes it).
    """
    _may_replace(order)
    intake.unused(holder, change.client_order_id)
    request = _merged(order, change)
    _changes_something(order, request)
    checks.permission(holder)
    hold_price = _judge(venue, holder, order, request=request)
    successor = _successor(venue, order, request)
    successor.hold_price = hold_price
    return _swap(venue, holder, order, successor=successor)


# Judging


def _may_replace(order: Order) -> None:
    if order.status is SimStatus.REPLACED:
        raise unprocessable("order already replaced")
    if not order.status.is_open:
        raise unprocessable("unable to replace order, order is not open")
    if order.status not in _REPLACEABLE:
        raise unprocessable(f"cannot replace order in {order.status} status")
    if order.notional is not None:
        raise unprocessable("notional orders cannot be replaced")


def _either(new: Decimal | None, old: int | None) -> Decimal | None:
    return price_of(old) if new is None and old is not None else new


def _merged(order: Order, change: ReplaceRequest) -> OrderRequest:
    """The order as it would read with the change, as if it were a simple one."""
    trailing = order.type is OrderType.TRAILING_STOP
    if change.trail is not None and not trailing:
        raise malformed("trail is only valid for trailing stop orders")
    by_price = order.trail_price is not None
    trail_price = _either(change.trail, order.trail_price) if by_price else None
    trail_percent = None if by_price else _either(change.trail, order.trail_percent)
    quantity = quantity_of(order.quantity or 0)
    return OrderRequest(
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        time_in_force=change.time_in_force or order.time_in_force,
        quantity=quantity if change.quantity is None else change.quantity,
        limit_price=_either(change.limit_price, order.limit),
        stop_price=_either(change.stop_price, None if trailing else order.stop),
        trail_price=trail_price,
        trail_percent=trail_percent,
        extended_hours=order.extended_hours,
        client_order_id=change.client_order_id,
    )


def _units(price: Decimal | None) -> int | None:
    return None if price is None else price_units(price)


def _changes_something(order: Order, request: OrderRequest) -> None:
    rules.check(request)
    quantity = quantity_units(request.quantity or Decimal(0))
    before = (order.limit, order.trail_price, order.trail_percent, order.time_in_force)
    after = (
        _units(request.limit_price),
        _units(request.trail_price),
        _units(request.trail_percent),
        request.time_in_force,
    )
    stop = _units(request.stop_price)
    if before == after and quantity == order.quantity and stop in {None, order.stop}:
        raise unprocessable("order parameters are not changed")
    if quantity != order.quantity:
        _quantity_rules(order, request, quantity)


def _quantity_rules(order: Order, request: OrderRequest, quantity: int) -> None:
    if order.order_class is not OrderClass.SIMPLE:
        raise unprocessable("qty cannot be changed for advanced orders")
    whole = quantity_units(Decimal(1))
    if rules.is_fractional(request) or (order.quantity or 0) % whole:
        raise unprocessable("qty of fractional orders cannot be changed")
    if quantity <= order.filled:
        raise unprocessable("qty must be > filled_qty")


@contextmanager
def _set_aside(holder: Holder, order: Order) -> Iterator[None]:
    """The account as it would be without this order."""
    group = holder.open[order.symbol]
    del group[order.id]
    holder.holds -= order.hold
    try:
        yield
    finally:
        group[order.id] = order
        holder.holds += order.hold


def _judge(venue: Venue, holder: Holder, order: Order, *, request: OrderRequest) -> int:
    """The hold price of the successor, if the account can carry it."""
    if request.time_in_force is not order.time_in_force:
        _time_in_force_rules(order, request)
    if order.role is not OrderRole.ENTRY:
        _still_apart(venue, order, request)
        return 0
    rest = quantity_units(request.quantity or Decimal(0)) - order.filled
    remaining = changed(request, quantity=quantity_of(rest))
    asset = venue.market.asset(order.symbol)
    with _set_aside(holder, order):
        if order.order_class is OrderClass.SIMPLE:
            related.wash_trade(holder, remaining, order.symbol)
        return checks.exposure(venue, holder, remaining, asset=asset).hold_price


def _time_in_force_rules(order: Order, request: OrderRequest) -> None:
    auctions = {TimeInForce.OPG, TimeInForce.CLS}
    if auctions & {order.time_in_force, request.time_in_force}:
        raise unprocessable("time_in_force of auction orders cannot be changed")
    if order.order_class is not OrderClass.SIMPLE:
        raise unprocessable("time_in_force cannot be changed for advanced orders")


def _still_apart(venue: Venue, order: Order, request: OrderRequest) -> None:
    """The two exits of a group may move, but not past each other."""
    for rival in groups.rivals(venue, order):
        mine = _units(request.limit_price), _units(request.stop_price)
        target, stop = (
            (mine[0], rival.stop)
            if order.role is OrderRole.TARGET
            else (rival.limit, mine[1])
        )
        if target is None or stop is None:
            continue
        if (target - stop) * -order.side.sign <= 0:
            sign = ">" if order.side.sign < 0 else "<"
            raise unprocessable(
                f"take_profit.limit_price must be {sign} stop_loss.stop_price"
            )


# Swapping


def _successor(venue: Venue, order: Order, request: OrderRequest) -> Order:
    kept = {
        item.name: getattr(order, item.name)
        for item in fields(Order)
        if item.name not in _FRESH
    }
    new = Order(
        **kept,
        id=venue.new_id(),
        status=_START.get(order.status, SimStatus.ACCEPTED),
        replaces=order.id,
    )
    new.client_order_id = request.client_order_id or venue.new_id()
    new.time_in_force = request.time_in_force
    new.quantity = quantity_units(request.quantity or Decimal(0))
    new.limit = _units(request.limit_price)
    new.trail_price = _units(request.trail_price)
    new.trail_percent = _units(request.trail_percent)
    new.priority = venue.next_priority()
    new.created_at = new.updated_at = venue.now
    new.hold = 0
    _restop(new, order, request)
    if request.time_in_force is not order.time_in_force:
        new.expires_at = intake.expiry(
            venue, new.time_in_force, extended_hours=new.extended_hours
        )
    return new


def _restop(new: Order, order: Order, request: OrderRequest) -> None:
    """A moved stop has to be reached again."""
    if new.type is OrderType.TRAILING_STOP:
        if new.high_water is not None and not new.triggered:
            new.stop = stops.trailing_stop(new, new.high_water)
        return
    new.stop = _units(request.stop_price)
    if new.stop != order.stop:
        new.triggered, new.collar = False, None


def _swap(venue: Venue, holder: Holder, order: Order, *, successor: Order) -> SimOrder:
    order.replaced_by = successor.id
    lifecycle.end(venue, order, SimStatus.REPLACED)
    lifecycle.register(venue, holder, successor)
    groups.adopt(venue, order, successor)
    if successor.status is SimStatus.HELD:
        return order_view(successor)
    if not offers.eligible(successor, venue.phase):
        lifecycle.announce_accepted(venue, successor)
        return order_view(successor)
    lifecycle.route(venue, successor)
    told = order_view(successor)
    matching.enter(venue, successor)
    return told
