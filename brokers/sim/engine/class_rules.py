"""What each order class asks of its parts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.sim.engine.orders import OrderRequest
from brokers.sim.engine.rejection import malformed, unprocessable


_RESTING = frozenset({TimeInForce.DAY, TimeInForce.GTC})


def _simple(request: OrderRequest) -> None:
    exits = (
        request.take_profit_limit_price,
        request.stop_loss_stop_price,
        request.stop_loss_limit_price,
    )
    if any(price is not None for price in exits):
        raise malformed("simple orders must not have take_profit or stop_loss")


def _entry_type(request: OrderRequest) -> None:
    if request.type is OrderType.TRAILING_STOP:
        raise malformed(
            f"{request.order_class} orders must not be trailing stop orders"
        )


def _stop_given(request: OrderRequest) -> None:
    if request.stop_loss_stop_price is None:
        raise malformed(f"{request.order_class} orders require stop_loss.stop_price")


def _bracket(request: OrderRequest) -> None:
    _entry_type(request)
    if request.take_profit_limit_price is None:
        raise malformed("bracket orders require take_profit.limit_price")
    _stop_given(request)
    _exits_apart(request, request.take_profit_limit_price)


def _oto(request: OrderRequest) -> None:
    _entry_type(request)
    target, stop = request.take_profit_limit_price, request.stop_loss_stop_price
    if (target is None) == (stop is None):
        raise malformed("oto orders require either take_profit or stop_loss")


def _oco(request: OrderRequest) -> None:
    if request.type is not OrderType.LIMIT:
        raise malformed("oco orders must be limit orders")
    target = oco_target(request)
    if target is None:
        raise malformed("oco orders require take_profit.limit_price")
    _stop_given(request)
    _exits_apart(request, target, sign=-1)


def oco_target(request: OrderRequest) -> Decimal | None:
    """The take-profit of an OCO may stand in either place."""
    if request.take_profit_limit_price is not None:
        return request.take_profit_limit_price
    return request.limit_price


def _exits_apart(request: OrderRequest, target: Decimal, *, sign: int = 1) -> None:
    """`sign` -1 where the order's side is that of the exits, not of an entry."""
    stop = request.stop_loss_stop_price or Decimal(0)
    if (target - stop) * request.side.sign * sign <= 0:
        raise unprocessable(
            "take_profit.limit_price must be "
            f"{'>' if request.side.sign * sign > 0 else '<'} stop_loss.stop_price"
        )


def check_class(request: OrderRequest) -> None:
    _CLASSES[request.order_class](request)
    simple = request.order_class is OrderClass.SIMPLE
    if not simple and request.time_in_force not in _RESTING:
        raise unprocessable(f"{request.order_class} orders must be DAY or GTC orders")


_CLASSES: dict[OrderClass, Callable[[OrderRequest], None]] = {
    OrderClass.SIMPLE: _simple,
    OrderClass.BRACKET: _bracket,
    OrderClass.OTO: _oto,
    OrderClass.OCO: _oco,
}
