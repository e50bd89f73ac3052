"""What an order may not be because of its own exits or the account's other orders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderType, Side
from brokers.sim.engine import class_rules
from brokers.sim.engine.orders import OrderRequest, SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.rejection import Rejection, forbidden, unprocessable
from brokers.sim.engine.units import (
    price_units,
)
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.assets import Asset
from brokers.sim.market.path import CENT
from brokers.sim.market.scale import price_of


# Exits


def _base_price(venue: Venue, request: OrderRequest, asset: Asset) -> int:
    """Where exits are measured from: the entry's own price, else the market's."""
    for price in (request.limit_price, request.stop_price):
        if price is not None:
            return price_units(price)
    return venue.tick(asset.symbol).last


def exit_rules(
    venue: Venue, holder: Holder, request: OrderRequest, *, asset: Asset
) -> None:
    """Alpaca, "Threshold on stop price of stop-loss orders"."""
    if request.order_class is OrderClass.SIMPLE:
        return
    held = holder.held_quantity(asset.symbol)
    exits = held * request.side.sign < 0
    if request.order_class is OrderClass.OCO:
        if not exits:
            raise unprocessable("oco orders must be exit orders")
        _exit_prices(venue, request, asset, base=None)
        return
    if exits:
        raise unprocessable(f"{request.order_class} orders must be entry orders")
    _exit_prices(venue, request, asset, base=_base_price(venue, request, asset))


def _exit_prices(
    venue: Venue, request: OrderRequest, asset: Asset, *, base: int | None
) -> None:
    """`base` None is an OCO: its stop is measured from its own target and the market."""
    last = venue.tick(asset.symbol).last
    target = request.take_profit_limit_price
    entry_side = request.side if base is not None else request.side.opposite
    if base is None:
        own = class_rules.oco_target(request)
        base = price_units(own) if own is not None else last
    elif target is not None:
        _beyond("take_profit.limit_price", target, base, sign=entry_side.sign)
    stop = request.stop_loss_stop_price
    if stop is not None:
        nearer = min(base, last) if entry_side is Side.BUY else max(base, last)
        _beyond("stop_loss.stop_price", stop, nearer, sign=-entry_side.sign)


def _beyond(name: str, price: Decimal, base: int, *, sign: int) -> None:
    """At least a cent above the base with sign 1, below it with -1."""
    if (price_units(price) - base) * sign >= CENT:
        return
    bound = ">= base_price + 0.01" if sign > 0 else "<= base_price - 0.01"
    raise unprocessable(f"{name} must be {bound}", base_price=f"{price_of(base):f}")


# Wash trades


def _priced(order: Order) -> bool:
    return order.type is OrderType.LIMIT


def _opposites(holder: Holder, request: OrderRequest, symbol: str) -> Iterator[Order]:
    for order in holder.open.get(symbol, {}).values():
        if order.side is not request.side and order.status is not SimStatus.HELD:
            yield order


def wash_trade(holder: Holder, request: OrderRequest, symbol: str) -> None:
    """A simple order that could trade with the account's own working order.

    Alpaca, "User Protection": an opposite market or stop order always, an opposite
    limit unless the two limits do not cross. Complex orders are let through.
    """
    if request.order_class is not OrderClass.SIMPLE:
        return
    for order in _opposites(holder, request, symbol):
        if not _priced(order):
            raise _wash(order, "opposite side market/stop order exists")
        if request.type is not OrderType.LIMIT or _cross(request, order):
            raise _wash(order, "opposite side limit order exists")


def _cross(request: OrderRequest, order: Order) -> bool:
    if request.limit_price is None or order.limit is None:
        return True
    return (price_units(request.limit_price) - order.limit) * request.side.sign >= 0


def _wash(order: Order, reason: str) -> Rejection:
    return forbidden(
        "potential wash trade detected. use complex orders",
        existing_order_id=order.id,
        reject_reason=reason,
    )
