"""What Alpaca refuses by the order alone, before it looks at account or market.

Messages and codes as Alpaca's documentation ("Placing Orders", "Fractional Trading")
and its client libraries' issue trackers quote them; where none is published the code
is right and the words are ours.
"""

from __future__ import annotations

from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.sim.engine import class_rules
from brokers.sim.engine.orders import OrderRequest
from brokers.sim.engine.rejection import malformed, unprocessable
from brokers.sim.engine.units import SHARE, quantity_units


_RESTING = frozenset({TimeInForce.DAY, TimeInForce.GTC})
_ANY_TIME = frozenset({OrderType.MARKET, OrderType.LIMIT})
_CLIENT_ID_LIMIT = 128
_LEAST_NOTIONAL = Decimal(1)
_LEAST_TRAIL_PERCENT = Decimal("0.1")
_MOST = Decimal(1_000_000_000)
_CENT = Decimal("0.01")
_FINE = Decimal("0.0001")


def is_fractional(request: OrderRequest) -> bool:
    quantity = request.quantity
    if quantity is None:
        return True
    return quantity_units(quantity) % SHARE != 0


def _amount(request: OrderRequest) -> None:
    if request.quantity is not None and request.notional is not None:
        raise malformed("only one of qty or notional is accepted")
    if request.quantity is None and request.notional is None:
        raise malformed("qty or notional is required")
    _in_range("qty", request.quantity)
    _in_range("notional", request.notional)
    if request.quantity is not None and quantity_units(request.quantity) <= 0:
        raise malformed("qty must be > 0")
    if request.notional is not None and request.notional < _LEAST_NOTIONAL:
        raise unprocessable("notional must be >= 1.00")


def _in_range(name: str, value: Decimal | None) -> None:
    if value is not None and not (value.is_finite() and abs(value) <= _MOST):
        raise malformed(f"{name} is out of range")


def _client_id(request: OrderRequest) -> None:
    if len(request.client_order_id or "") > _CLIENT_ID_LIMIT:
        raise malformed("client_order_id must be no more than 128 characters")


def _prices_present(request: OrderRequest) -> None:
    kind, limit, stop = request.type, request.limit_price, request.stop_price
    if kind is OrderType.MARKET and (limit is not None or stop is not None):
        raise malformed("market orders require no stop or limit price")
    if (
        kind is OrderType.LIMIT
        and limit is None
        and request.order_class is not OrderClass.OCO
    ):
        raise malformed("limit orders require a limit price")
    if kind is OrderType.STOP and stop is None:
        raise malformed("stop orders require a stop price")
    if kind is OrderType.STOP_LIMIT and (limit is None or stop is None):
        raise malformed("stop limit orders require both stop and limit price")


def _prices_absent(request: OrderRequest) -> None:
    if request.type is OrderType.LIMIT and request.stop_price is not None:
        raise malformed("limit orders require only limit price")
    if request.type is OrderType.STOP and request.limit_price is not None:
        raise malformed("stop orders require only stop price")
    if request.type is OrderType.TRAILING_STOP and (
        request.limit_price is not None or request.stop_price is not None
    ):
        raise malformed("trailing stop orders require no stop or limit price")


def _trail(request: OrderRequest) -> None:
    given = [
        value
        for value in (request.trail_price, request.trail_percent)
        if value is not None
    ]
    if request.type is not OrderType.TRAILING_STOP:
        if given:
            raise malformed(f"{request.type} orders must not have trail_price")
        return
    _in_range("trail", given[0] if given else None)
    if len(given) != 1:
        raise malformed(
            "trailing stop orders must specify one of trail_price or trail_percent"
        )
    if given[0] <= 0:
        raise malformed("trail_price or trail_percent must be > 0")
    percent = request.trail_percent
    if percent is not None and not _LEAST_TRAIL_PERCENT <= percent < 100:  # noqa: PLR2004 - all of the price
        raise malformed("trail_percent must be greater than or equal to 0.1")


def price_rule(name: str, value: Decimal | None) -> None:
    """Positive, and on the tick of SEC Rule 612."""
    if value is None:
        return
    _in_range(name, value)
    if value <= 0:
        raise malformed(f"{name.replace('_', ' ')} must be > 0")
    tick = _CENT if value >= 1 else _FINE
    if value % tick:
        raise unprocessable(
            f"invalid {name} {value:f}. sub-penny increment does not fulfill minimum "
            "pricing criteria"
        )


def _increments(request: OrderRequest) -> None:
    price_rule("limit_price", request.limit_price)
    price_rule("stop_price", request.stop_price)
    price_rule("trail_price", request.trail_price)
    if request.order_class is OrderClass.SIMPLE:
        return
    price_rule("take_profit.limit_price", request.take_profit_limit_price)
    price_rule("stop_loss.stop_price", request.stop_loss_stop_price)
    price_rule("stop_loss.limit_price", request.stop_loss_limit_price)


def _time_in_force(request: OrderRequest) -> None:
    if request.type in _ANY_TIME or request.time_in_force in _RESTING:
        return
    raise unprocessable(
        f"invalid time_in_force {request.time_in_force} for {request.type} orders"
    )


def _extended_hours(request: OrderRequest) -> None:
    if not request.extended_hours:
        return
    if request.order_class is not OrderClass.SIMPLE:
        raise unprocessable("extended hours is only supported for simple orders")
    resting = request.time_in_force in _RESTING
    if request.type is not OrderType.LIMIT or not resting:
        raise unprocessable("extended hours order must be DAY or GTC limit orders")


def _fractions(request: OrderRequest) -> None:
    if not is_fractional(request):
        return
    if request.order_class is not OrderClass.SIMPLE:
        raise unprocessable("fractional orders must be simple orders")
    if request.type is OrderType.TRAILING_STOP:
        raise unprocessable(
            "fractional orders must be market, limit, stop, or stop_limit orders"
        )
    if request.time_in_force is not TimeInForce.DAY:
        raise unprocessable("fractional orders must be DAY orders")


_RULES = (
    _client_id,
    _amount,
    _prices_present,
    _prices_absent,
    _trail,
    class_rules.check_class,
    _increments,
    _time_in_force,
    _fractions,
    _extended_hours,
)


def check(request: OrderRequest) -> None:
    """Raises the first Rejection that the order deserves by itself."""
    for rule in _RULES:
        rule(request)
