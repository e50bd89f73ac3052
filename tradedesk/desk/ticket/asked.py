"""From the fields of a ticket and its size to what exactly is asked of the broker."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from brokers.domain.orders import (
    OrderClass,
    OrderSpec,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.orders.drafting import Ticket
from risk.sizing import Sizing
from tradedesk.desk.ticket.forms import BY_AMOUNT
from tradedesk.web import formatting


def is_by_amount(cleaned: Mapping[str, Any]) -> bool:
    """Whether the money itself is sent, and the broker makes units of it."""
    return bool(cleaned["size_model"] == BY_AMOUNT)


def ticket_of(
    cleaned: Mapping[str, Any], sizing: Sizing | None, entry: Decimal | None
) -> Ticket:
    """The ticket as a trader filled it in, with the size that was computed."""
    return Ticket(
        intent_key=cleaned["intent_key"],
        spec=_spec(cleaned, sizing),
        version=cleaned.get("version") or 0,
        no_stop_reason=cleaned["no_stop_reason"],
        thesis=cleaned["thesis"],
        acknowledged=tuple(cleaned["acknowledged"]),
        risk_money=sizing.outlook.loss if sizing else None,
        reference_price=entry,
    )


def _spec(cleaned: Mapping[str, Any], sizing: Sizing | None) -> OrderSpec:
    stop, target = cleaned.get("stop_loss_price"), cleaned.get("take_profit_price")
    amount = cleaned["size_amount"] if is_by_amount(cleaned) else None
    units = sizing.quantity if sizing else Decimal(0)
    return OrderSpec(
        symbol=cleaned["symbol"],
        side=Side(cleaned["side"]),
        type=OrderType(cleaned["type"]),
        time_in_force=TimeInForce(cleaned["time_in_force"]),
        quantity=units if amount is None else None,
        notional=amount,
        limit_price=cleaned.get("limit_price"),
        stop_price=cleaned.get("stop_price"),
        trail_price=cleaned.get("trail_price"),
        trail_percent=cleaned.get("trail_percent"),
        extended_hours=cleaned["extended_hours"],
        order_class=_class(stop, target),
        take_profit_price=target,
        stop_loss_price=stop,
        stop_loss_limit_price=cleaned.get("stop_loss_limit_price"),
    )


def _class(stop: Decimal | None, target: Decimal | None) -> OrderClass:
    if stop is not None and target is not None:
        return OrderClass.BRACKET
    if stop is not None or target is not None:
        return OrderClass.OTO
    return OrderClass.SIMPLE


def size_words(spec: OrderSpec) -> str:
    """Units, or money where that is what is asked for: "327", "500.00 of"."""
    if spec.notional is not None:
        return f"{formatting.money(spec.notional)} of"
    return formatting.quantity(spec.quantity)


def trail_words(spec: OrderSpec) -> str:
    """How far a trailing stop follows: "1.5%", "2.00"."""
    if spec.trail_price is not None:
        return formatting.price(spec.trail_price)
    return formatting.percent(spec.trail_percent)


def stop_limit_words(spec: OrderSpec, tick: Decimal | None) -> str:
    """What can go wrong with a stop that has a limit, or "" where it has none."""
    limit = spec.stop_loss_limit_price
    if limit is None:
        return ""
    beyond = "below" if spec.side is Side.BUY else "above"
    price = formatting.price(limit, tick)
    return (
        f"The stop may not fill: if the market jumps {beyond} {price}, it waits at its "
        "limit and the position stays open. The loss can then exceed the one shown."
    )
