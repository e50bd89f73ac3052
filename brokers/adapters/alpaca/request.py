"""The desk's orders to Alpaca's JSON; every figure as text, so that no digit is lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from brokers.domain.orders import OrderChange, OrderClass, OrderSpec
from tradedesk.core.canonical import decimal_text


def new_order(client_order_id: str, spec: OrderSpec) -> dict[str, Any]:
    """Body of POST /v2/orders; what is not asked for is left out."""
    body: dict[str, Any] = {
        "client_order_id": client_order_id,
        "symbol": spec.symbol,
        "side": spec.side.value,
        "type": spec.type.value,
        "time_in_force": spec.time_in_force.value,
        **_figures(
            qty=spec.quantity,
            notional=spec.notional,
            limit_price=spec.limit_price,
            stop_price=spec.stop_price,
            trail_price=spec.trail_price,
            trail_percent=spec.trail_percent,
        ),
    }
    if spec.extended_hours:
        body["extended_hours"] = True
    if spec.order_class is not OrderClass.SIMPLE:
        body["order_class"] = spec.order_class.value
        body |= _exits(spec)
    return body


def _exits(spec: OrderSpec) -> dict[str, Any]:
    exits: dict[str, Any] = {}
    if spec.take_profit_price is not None:
        exits["take_profit"] = _figures(limit_price=spec.take_profit_price)
    if spec.stop_loss_price is not None:
        exits["stop_loss"] = _figures(
            stop_price=spec.stop_loss_price, limit_price=spec.stop_loss_limit_price
        )
    return exits


def changed_order(client_order_id: str, change: OrderChange) -> dict[str, Any]:
    """Body of PATCH /v2/orders/{id}; `client_order_id` names the new version."""
    body: dict[str, Any] = {
        "client_order_id": client_order_id,
        **_figures(
            qty=change.quantity,
            limit_price=change.limit_price,
            stop_price=change.stop_price,
            trail=change.trail,
        ),
    }
    if change.time_in_force is not None:
        body["time_in_force"] = change.time_in_force.value
    return body


def _figures(**figures: Decimal | None) -> dict[str, str]:
    return {
        name: decimal_text(figure)
        for name, figure in figures.items()
        if figure is not None
    }
