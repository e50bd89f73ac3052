"""Bodies of order requests read into the engine's words; the engine judges them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from brokers.domain.orders import OrderClass, OrderType, Side, TimeInForce
from brokers.sim.engine import OrderRequest, ReplaceRequest
from brokers.sim.server.errors import invalid_field, required_field, unprocessable
from brokers.sim.server.queries import parse_decimal


E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
CLIENT_ORDER_ID_LIMIT = 128
INTENTS = {
    "buy_to_open": Side.BUY,
    "buy_to_close": Side.BUY,
    "sell_to_open": Side.SELL,
    "sell_to_close": Side.SELL,
}


class _Body:
    """A JSON object read member by member; null counts as absent."""

    def __init__(self, members: Mapping[str, Any], prefix: str = "") -> None:
        self._members = members
        self._prefix = prefix

    def member(self, name: str) -> Any:
        return self._members.get(name)

    def given(self, name: str) -> bool:
        return self._members.get(name) not in (None, "", [])

    def figure(self, name: str) -> Decimal | None:
        return self._read(name, parse_decimal)

    def text(self, name: str) -> str | None:
        return self._read(name, _text)

    def flag(self, name: str) -> bool:
        return self._read(name, _flag) or False

    def one_of(self, name: str, words: type[E]) -> E | None:
        return self._read(name, words)

    def required(self, name: str, words: type[E]) -> E:
        found = self.one_of(name, words)
        if found is None:
            raise required_field(name)
        return found

    def nested(self, name: str) -> _Body:
        value = self._members.get(name) or {}
        if not isinstance(value, dict):
            raise invalid_field(name, value)
        return _Body(value, f"{name}.")

    def _read(self, name: str, parse: Callable[[Any], T]) -> T | None:
        if not self.given(name):
            return None
        value = self._members[name]
        try:
            return parse(value)
        except (TypeError, ValueError):
            raise invalid_field(self._prefix + name, value) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no string")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def order_request(members: Mapping[str, Any]) -> OrderRequest:
    """Read a `POST /v2/orders`.

    Raises:
        ApiError: 422 naming the member that is missing, unreadable or not modelled.
    """
    body = _Body(members)
    symbol = body.text("symbol")
    if symbol is None:
        raise required_field("symbol")
    _refuse_unmodelled(body)
    side = body.required("side", Side)
    if (intent := body.member("position_intent")) and INTENTS.get(intent) is not side:
        raise invalid_field("position_intent", intent)
    take_profit, stop_loss = body.nested("take_profit"), body.nested("stop_loss")
    return OrderRequest(
        symbol=symbol,
        side=side,
        type=body.required("type", OrderType),
        time_in_force=body.required("time_in_force", TimeInForce),
        quantity=body.figure("qty"),
        notional=body.figure("notional"),
        limit_price=body.figure("limit_price"),
        stop_price=body.figure("stop_price"),
        trail_price=body.figure("trail_price"),
        trail_percent=body.figure("trail_percent"),
        extended_hours=body.flag("extended_hours"),
        client_order_id=_client_order_id(body),
        order_class=body.one_of("order_class", OrderClass) or OrderClass.SIMPLE,
        take_profit_limit_price=take_profit.figure("limit_price"),
        stop_loss_stop_price=stop_loss.figure("stop_price"),
        stop_loss_limit_price=stop_loss.figure("limit_price"),
    )


def replace_request(members: Mapping[str, Any]) -> ReplaceRequest:
    """Read a `PATCH /v2/orders/{order_id}`.

    Raises:
        ApiError: 422 naming the member that is unreadable or not modelled.
    """
    body = _Body(members)
    if body.given("notional"):
        raise unprocessable("notional orders cannot be replaced")
    _refuse_unmodelled(body)
    return ReplaceRequest(
        quantity=body.figure("qty"),
        time_in_force=body.one_of("time_in_force", TimeInForce),
        limit_price=body.figure("limit_price"),
        stop_price=body.figure("stop_price"),
        trail=body.figure("trail"),
        client_order_id=_client_order_id(body),
    )


def _refuse_unmodelled(body: _Body) -> None:
    if body.member("order_class") == "mleg" or body.given("legs"):
        raise unprocessable("multi-leg orders are not supported by this venue")
    if body.given("advanced_instructions"):
        raise unprocessable("advanced_instructions are not supported by this venue")


def _client_order_id(body: _Body) -> str | None:
    found = body.text("client_order_id")
    if found is not None and len(found) > CLIENT_ORDER_ID_LIMIT:
        raise unprocessable(
            f"client_order_id must be no more than {CLIENT_ORDER_ID_LIMIT} characters",
            40010001,
        )
    return found
