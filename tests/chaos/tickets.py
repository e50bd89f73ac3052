"""The ideas of a run at today's prices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from brokers.domain.orders import OrderClass, OrderSpec, OrderType, Side, TimeInForce
from brokers.orders.drafting import Ticket
from risk.facts import DenialCode
from tests.chaos.plan import Idea, Shape


CENT = Decimal("0.01")
# Somebody who has read every warning and goes on.
ALL_ANSWERED = tuple(code.value for code in DenialCode)
# Prices as factors of the ask; type and class follow from which there are.
_TERMS: dict[Shape, dict[str, str]] = {
    Shape.MARKET_WITH_STOP: {"stop_loss_price": "0.93"},
    Shape.MARKET_BRACKET: {"stop_loss_price": "0.93", "take_profit_price": "1.08"},
    Shape.LIMIT_WITH_STOP: {"limit_price": "0.97", "stop_loss_price": "0.93"},
    Shape.CROSSING_LIMIT: {"limit_price": "1.005", "stop_loss_price": "0.93"},
    Shape.STOP_ENTRY: {"stop_price": "1.02", "stop_loss_price": "0.93"},
    Shape.STOP_LIMIT_ENTRY: {
        "stop_price": "1.02",
        "limit_price": "1.025",
        "stop_loss_price": "0.93",
        "stop_loss_limit_price": "0.92",
    },
    Shape.LIMIT_ALONE: {"limit_price": "0.97"},
    Shape.LIMIT_GTC: {"limit_price": "0.96"},
    Shape.MARKET_ALONE: {},
    Shape.MONEY: {},
    Shape.LIMIT_IOC: {"limit_price": "1.005"},
}
_LASTING = {Shape.LIMIT_GTC: TimeInForce.GTC, Shape.LIMIT_IOC: TimeInForce.IOC}
_MONEY = Decimal(250)


def ticket_of(idea: Idea, symbol: str, *, ask: Decimal, intent: UUID) -> Ticket:
    """The idea at today's price."""
    prices = _at(ask, _TERMS[idea.shape])
    by_money = idea.shape is Shape.MONEY
    return _ticket(
        intent,
        OrderSpec(
            symbol=symbol,
            side=Side.BUY,
            type=_type(prices),
            time_in_force=_LASTING.get(idea.shape, TimeInForce.DAY),
            quantity=None if by_money else Decimal(idea.quantity),
            notional=_MONEY * idea.quantity if by_money else None,
            order_class=_class(prices),
            **prices,
        ),
    )


def pair_of_exits(
    symbol: str, quantity: Decimal, *, ask: Decimal, intent: UUID
) -> Ticket:
    """A target and a stop for what is held: one cancels the other."""
    prices = _at(ask, {"take_profit_price": "1.08", "stop_loss_price": "0.93"})
    return _ticket(
        intent,
        OrderSpec(
            symbol=symbol,
            side=Side.SELL,
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.DAY,
            quantity=quantity,
            order_class=OrderClass.OCO,
            **prices,
        ),
    )


def trailing_stop(symbol: str, quantity: Decimal, *, intent: UUID) -> Ticket:
    return _ticket(
        intent,
        OrderSpec(
            symbol=symbol,
            side=Side.SELL,
            type=OrderType.TRAILING_STOP,
            time_in_force=TimeInForce.GTC,
            quantity=quantity,
            trail_percent=Decimal(6),
        ),
    )


def _ticket(intent: UUID, spec: OrderSpec) -> Ticket:
    return Ticket(
        intent_key=intent,
        spec=spec,
        no_stop_reason="an order of a test",
        acknowledged=ALL_ANSWERED,
    )


def _at(ask: Decimal, factors: Mapping[str, str]) -> dict[str, Decimal]:
    return {
        name: (ask * Decimal(factor)).quantize(CENT) for name, factor in factors.items()
    }


def _type(prices: Mapping[str, Decimal]) -> OrderType:
    if "limit_price" in prices:
        return OrderType.STOP_LIMIT if "stop_price" in prices else OrderType.LIMIT
    return OrderType.STOP if "stop_price" in prices else OrderType.MARKET


def _class(prices: Mapping[str, Decimal]) -> OrderClass:
    if "take_profit_price" in prices:
        return OrderClass.BRACKET
    return OrderClass.OTO if "stop_loss_price" in prices else OrderClass.SIMPLE
