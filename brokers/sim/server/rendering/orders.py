"""Orders and trade updates, as `Order` of Alpaca's trading document spells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brokers.domain.orders import OrderClass
from brokers.sim.engine import CancelOutcome, CloseOutcome, Event, SimOrder
from brokers.sim.server.values import instant, optional_instant, optional_text, text


def order_body(order: SimOrder) -> dict[str, Any]:
    """`order_class` is empty for a simple order, as in Alpaca's own examples."""
    simple = order.order_class is OrderClass.SIMPLE
    return {
        "id": order.id,
        "client_order_id": order.client_order_id,
        "asset_id": order.asset_id,
        "symbol": order.symbol,
        "asset_class": "us_equity",
        "order_class": "" if simple else order.order_class.value,
        "order_type": order.type.value,
        "type": order.type.value,
        "side": order.side.value,
        "time_in_force": order.time_in_force.value,
        "status": order.status.value,
        "extended_hours": order.extended_hours,
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "legs": [order_body(leg) for leg in order.legs] or None,
        "source": None,
        "subtag": None,
        **_figures(order),
        **_instants(order),
    }


def _figures(order: SimOrder) -> dict[str, str | None]:
    return {
        "qty": optional_text(order.quantity),
        "notional": optional_text(order.notional),
        "filled_qty": text(order.filled_quantity),
        "filled_avg_price": optional_text(order.filled_average_price),
        "limit_price": optional_text(order.limit_price),
        "stop_price": optional_text(order.stop_price),
        "trail_price": optional_text(order.trail_price),
        "trail_percent": optional_text(order.trail_percent),
        "hwm": optional_text(order.high_water_mark),
    }


def _instants(order: SimOrder) -> dict[str, str | None]:
    return {
        "created_at": instant(order.created_at),
        "updated_at": instant(order.updated_at),
        "submitted_at": instant(order.submitted_at),
        "expires_at": instant(order.expires_at),
        "filled_at": optional_instant(order.filled_at),
        "expired_at": optional_instant(order.expired_at),
        "canceled_at": optional_instant(order.canceled_at),
        "failed_at": optional_instant(order.failed_at),
        "replaced_at": optional_instant(order.replaced_at),
    }


def cancel_body(outcome: CancelOutcome) -> dict[str, Any]:
    return {"id": outcome.order_id, "status": outcome.status}


def close_body(outcome: CloseOutcome) -> dict[str, Any]:
    body: Mapping[str, Any]
    if outcome.order is not None:
        body = order_body(outcome.order)
    else:
        body = {"code": outcome.code, "message": outcome.message}
    return {"symbol": outcome.symbol, "status": outcome.status, "body": body}


def trade_update(event: Event) -> dict[str, Any]:
    """The `data` of one message of the trade-updates stream.

    `previous_execution_id` is Alpaca's `previous_id`: what a bust or a correction
    supersedes.
    """
    data: dict[str, Any] = {
        "event": event.kind.value,
        "execution_id": event.execution_id,
        "timestamp": instant(event.at),
        "order": order_body(event.order),
    }
    if event.price is not None and event.quantity is not None:
        data |= {"price": text(event.price), "qty": text(event.quantity)}
    if event.position_quantity is not None:
        data["position_qty"] = text(event.position_quantity)
    if event.previous_execution_id:
        data["previous_execution_id"] = event.previous_execution_id
    return data
