"""From a request to an order, or to a refusal that leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderRole, OrderType, Side, TimeInForce
from brokers.sim.engine import (
    checks,
    class_rules,
    lifecycle,
    matching,
    offers,
    related,
    rules,
)
from brokers.sim.engine.checks import Exposure
from brokers.sim.engine.orders import OrderRequest, SimOrder, SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.rejection import malformed
from brokers.sim.engine.units import money_units, price_units, quantity_units
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.engine.views import order_view
from brokers.sim.market.assets import Asset


_AGED = timedelta(days=90)
_EXIT = Exposure(opening=False, hold_price=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One order of a submission: its prices and what it is for."""

    side: Side
    type: OrderType
    role: OrderRole
    status: SimStatus
    exposure: Exposure
    client_order_id: str = ""
    limit: Decimal | None = None
    stop: Decimal | None = None


def _units(price: Decimal | None) -> int | None:
    return None if price is None else price_units(price)


def unused(holder: Holder, client_order_id: str | None) -> None:
    if client_order_id and client_order_id in holder.client_ids:
        raise malformed("client_order_id must be unique")


def submit(venue: Venue, holder: Holder, request: OrderRequest) -> SimOrder:
    """Judges, takes in and works an order."""
    unused(holder, request.client_order_id)
    rules.check(request)
    checks.permission(holder)
    asset = checks.asset_of(venue, request.symbol)
    checks.asset_rules(venue, holder, request, asset=asset)
    checks.auction_rules(venue, request)
    related.exit_rules(venue, holder, request, asset=asset)
    related.wash_trade(holder, request, asset.symbol)
    exposure = checks.exposure(venue, holder, request, asset=asset)
    orders = _build(venue, holder, request, asset=asset, exposure=exposure)
    return _start(venue, holder, orders)


def _start(venue: Venue, holder: Holder, orders: list[Order]) -> SimOrder:
    """Registers a submission, tells it as it was accepted, then works it."""
    for order in orders:
        lifecycle.register(venue, holder, order)
    first = orders[0]
    told = order_view(first, tuple(order_view(leg) for leg in orders[1:]))
    for order in orders:
        if order.status is SimStatus.ACCEPTED:
            lifecycle.announce_accepted(venue, order)
        elif order.status is SimStatus.PENDING_NEW:
            matching.enter(venue, order)
    return told


# Building


def _build(
    venue: Venue,
    holder: Holder,
    request: OrderRequest,
    *,
    asset: Asset,
    exposure: Exposure,
) -> list[Order]:
    status = _first_status(venue, request)
    if request.order_class is OrderClass.OCO:
        legs = _oco_legs(request, status)
    else:
        legs = [_entry(request, status, exposure), *_exits(request)]
    orders = [_order(venue, holder, request, asset=asset, leg=leg) for leg in legs]
    for leg in orders[1:]:
        leg.parent_id = orders[0].id
        orders[0].legs.append(leg.id)
    return orders


def _first_status(venue: Venue, request: OrderRequest) -> SimStatus:
    """pending_new where it goes to the market now, accepted where it waits."""
    auction = request.time_in_force in {TimeInForce.OPG, TimeInForce.CLS}
    phase = venue.phase
    if not auction and offers.open_to(phase, extended_hours=request.extended_hours):
        return SimStatus.PENDING_NEW
    return SimStatus.ACCEPTED


def _entry(request: OrderRequest, status: SimStatus, exposure: Exposure) -> Leg:
    return Leg(
        side=request.side,
        type=request.type,
        role=OrderRole.ENTRY,
        status=status,
        exposure=exposure,
        client_order_id=request.client_order_id or "",
        limit=request.limit_price,
        stop=request.stop_price,
    )


def _exits(request: OrderRequest) -> list[Leg]:
    """The exits of a bracket or OTO, held until the entry has filled."""
    side, found = request.side.opposite, list[Leg]()
    if request.take_profit_limit_price is not None:
        target = request.take_profit_limit_price
        found.append(_target(side, target, SimStatus.HELD))
    if request.stop_loss_stop_price is not None:
        found.append(_stop_loss(request, side, SimStatus.HELD))
    return found


def _oco_legs(request: OrderRequest, status: SimStatus) -> list[Leg]:
    target = class_rules.oco_target(request) or Decimal(0)
    return [
        _target(
            request.side,
            target,
            status,
            client_order_id=request.client_order_id or "",
        ),
        _stop_loss(request, request.side, status),
    ]


def _target(
    side: Side, price: Decimal, status: SimStatus, *, client_order_id: str = ""
) -> Leg:
    return Leg(
        side=side,
        type=OrderType.LIMIT,
        role=OrderRole.TARGET,
        status=status,
        exposure=_EXIT,
        client_order_id=client_order_id,
        limit=price,
    )


def _stop_loss(request: OrderRequest, side: Side, status: SimStatus) -> Leg:
    limit = request.stop_loss_limit_price
    return Leg(
        side=side,
        type=OrderType.STOP if limit is None else OrderType.STOP_LIMIT,
        role=OrderRole.STOP,
        status=status,
        exposure=_EXIT,
        limit=limit,
        stop=request.stop_loss_stop_price,
    )


def _order(
    venue: Venue, holder: Holder, request: OrderRequest, *, asset: Asset, leg: Leg
) -> Order:
    order_id = venue.new_id()
    quantity, notional = request.quantity, request.notional
    return Order(
        id=order_id,
        account_id=holder.account.id,
        client_order_id=leg.client_order_id or venue.new_id(),
        symbol=asset.symbol,
        asset_id=asset.id,
        side=leg.side,
        type=leg.type,
        time_in_force=request.time_in_force,
        order_class=request.order_class,
        role=leg.role,
        status=leg.status,
        quantity=None if quantity is None else quantity_units(quantity),
        notional=None if notional is None else money_units(notional),
        limit=_units(leg.limit),
        stop=_units(leg.stop),
        trail_price=_units(request.trail_price),
        trail_percent=_units(request.trail_percent),
        extended_hours=request.extended_hours,
        opening=leg.exposure.opening,
        hold_price=leg.exposure.hold_price,
        priority=venue.next_priority(),
        created_at=venue.now,
        updated_at=venue.now,
        expires_at=expiry(
            venue, request.time_in_force, extended_hours=request.extended_hours
        ),
    )


def expiry(
    venue: Venue, time_in_force: TimeInForce, *, extended_hours: bool
) -> datetime:
    """When an order that is taken in now ends by itself.

    A day order ends with the session that it trades in; good-til-canceled orders are
    canceled after 90 days (Alpaca, "Aged order policy").
    """
    session = venue.calendar.current(venue.now)
    if time_in_force is TimeInForce.GTC:
        return venue.now + _AGED
    if extended_hours:
        return session.extended_closes
    if time_in_force is TimeInForce.OPG:
        while session.opens <= venue.now:
            session = venue.calendar.following(session)
        return session.opens
    while session.closes <= venue.now:
        session = venue.calendar.following(session)
    return session.closes
