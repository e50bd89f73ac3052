"""Records as they are told."""

from __future__ import annotations

from brokers.sim.engine.orders import SimOrder
from brokers.sim.engine.records import Order
from brokers.sim.engine.units import (
    average_of,
    optional_money,
    optional_price,
    optional_quantity,
    quantity_of,
)


def order_view(order: Order, legs: tuple[SimOrder, ...] = ()) -> SimOrder:
    filled = order.filled
    return SimOrder(
        id=order.id,
        account_id=order.account_id,
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        asset_id=order.asset_id,
        side=order.side,
        type=order.type,
        time_in_force=order.time_in_force,
        order_class=order.order_class,
        role=order.role,
        status=order.status,
        quantity=optional_quantity(order.quantity),
        notional=optional_money(order.notional),
        filled_quantity=quantity_of(filled),
        filled_average_price=average_of(order.value, filled) if filled else None,
        limit_price=optional_price(order.limit),
        stop_price=optional_price(order.stop),
        trail_price=optional_price(order.trail_price),
        trail_percent=optional_price(order.trail_percent),
        high_water_mark=optional_price(order.high_water),
        extended_hours=order.extended_hours,
        created_at=order.created_at,
        updated_at=order.updated_at,
        submitted_at=order.created_at,
        expires_at=order.expires_at,
        filled_at=order.filled_at,
        expired_at=order.expired_at,
        canceled_at=order.canceled_at,
        failed_at=order.failed_at,
        replaced_at=order.replaced_at,
        replaces=order.replaces,
        replaced_by=order.replaced_by,
        parent_id=order.parent_id,
        reject_reason=order.reason,
        legs=legs,
    )
