"""An order in words: what it asks for, what it waits for, why it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import (
    CommandKind,
    OrderRole,
    OrderStatus,
    OrderType,
    TimeInForce,
)
from brokers.models import Command, Order
from tradedesk.web import formatting


HELD = "held"  # Alpaca's word for an exit whose entry has not filled

TIMES = {
    TimeInForce.DAY: "good for today",
    TimeInForce.GTC: "good until cancelled",
    TimeInForce.IOC: "immediately or not at all",
    TimeInForce.FOK: "all of it immediately or nothing",
    TimeInForce.OPG: "in the opening auction",
    TimeInForce.CLS: "in the closing auction",
}
VERBS = {
    CommandKind.SUBMIT: "Submission",
    CommandKind.CANCEL: "Cancel",
    CommandKind.AMEND: "Change",
}
_ENDED = {
    OrderStatus.DENIED: "Stopped by a guardrail",
    OrderStatus.REJECTED: "Refused by the broker",
    OrderStatus.EXPIRED: "Its time in force ended",
}


def size(order: Order) -> str:
    """Units, or money for an order that was placed in money."""
    if order.quantity is not None:
        return formatting.quantity(order.quantity)
    return f"{formatting.money(order.notional)} of"


def terms(order: Order) -> str:
    """How, without what and when: "limit 60.00", "stop 58.50", "market"."""
    limit, stop = order.limit_price, order.stop_price
    match OrderType(order.type):
        case OrderType.MARKET:
            return "market"
        case OrderType.LIMIT:
            return f"limit {formatting.price(limit)}"
        case OrderType.STOP:
            return f"stop {formatting.price(stop)}"
        case OrderType.STOP_LIMIT:
            return f"stop {formatting.price(stop)}, limit {formatting.price(limit)}"
        case _:
            return f"trailing {trail(order)}"


def trail(order: Order) -> str:
    if order.trail_percent is not None:
        return formatting.percent(order.trail_percent)
    return formatting.price(order.trail_price)


def prices(order: Order) -> str:
    """The price column: trigger before limit, "market" where there is neither."""
    known = [p for p in (order.stop_price, order.limit_price) if p is not None]
    if known:
        return " / ".join(formatting.price(price) for price in known)
    if order.type == OrderType.TRAILING_STOP.value:
        return trail(order)
    return "market"


def sentence(order: Order) -> str:
    """The order as one would say it: "Buy 327 ACME at limit 60.00"."""
    what = f"{order.side.capitalize()} {size(order)} {order.symbol}"
    how = terms(order)
    return (
        f"{what} trailing by {trail(order)}"
        if how.startswith("trail")
        else (f"{what} at {how}")
    )


def title(order: Order) -> str:
    """What follows the symbol and the side in a heading: "327 at limit 60.00"."""
    return f"{size(order)} at {terms(order)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandChip:
    """A command without an answer, as `{% command_chip %}` takes it."""

    state: str
    label: str = ""


def command_chips(commands: Iterable[Command]) -> list[CommandChip]:
    """A cancel and a change say what they are; a submission is the order itself."""
    return [_chip(command) for command in commands if command.is_in_flight]


def _chip(command: Command) -> CommandChip:
    kind = CommandKind(command.kind)
    if command.is_unresolved:
        label = "" if kind is CommandKind.SUBMIT else f"{VERBS[kind]} unresolved"
        return CommandChip(state="unresolved", label=label)
    label = "" if kind is CommandKind.SUBMIT else f"{VERBS[kind]} {command.status}"
    return CommandChip(state=command.status, label=label)


def in_flight_words(command: Command) -> str:
    """What the desk knows of a command that has no final answer."""
    verb = VERBS[CommandKind(command.kind)]
    if command.is_unresolved:
        return f"{verb} sent, no answer yet: being looked up"
    if command.sent_at is not None and command.is_in_flight:
        return f"{verb} sent, waiting for the answer"
    return f"{verb} waits to be sent"


def reason(order: Order, in_flight: list[Command]) -> str:
    """Why the order is where it is, in one plain line."""
    if in_flight:
        return in_flight_words(in_flight[0])
    if order.status_reason:
        return order.status_reason
    return waits_for(order) if order.state.is_open else _ended(order)


def _ended(order: Order) -> str:
    if order.state in _ENDED:
        return _ENDED[order.state]
    if order.filled_quantity and order.state is not OrderStatus.FILLED:
        filled = formatting.quantity(order.filled_quantity)
        return f"Ended with {filled} of {size(order)} filled"
    return f"No stop: “{order.no_stop_reason}”" if order.no_stop_reason else ""


def waits_for(order: Order) -> str:
    """What has to happen for a working order to fill."""
    if order.broker_word == HELD:
        return "Waits for its entry to fill"
    match OrderType(order.type):
        case OrderType.MARKET:
            return "Waits for the venue"
        case OrderType.LIMIT:
            better = "or less" if order.side == "buy" else "or more"
            return f"Waits for {formatting.price(order.limit_price)} {better}"
        case OrderType.TRAILING_STOP:
            return f"Follows the market at {trail(order)}"
        case _:
            return f"Waits for a trade at {formatting.price(order.stop_price)}"


def source(order: Order) -> str:
    """Where an order comes from: the desk, an entry that it protects, or elsewhere."""
    if order.source == "external":
        return "External"
    if order.source == "statement":
        return "Statement"
    if order.parent_id is None:
        return "Desk"
    return "Stop of" if order.role == OrderRole.STOP.value else "Target of"


def is_bad_news(order: Order) -> bool:
    stopped = order.state is OrderStatus.DRAFT and bool(order.status_reason)
    return stopped or order.state in {OrderStatus.DENIED, OrderStatus.REJECTED}


def better_than_asked(order: Order) -> Decimal | None:
    """Price per unit by which the fills beat (above 0) the limit or expected price."""
    asked = order.limit_price or order.reference_price
    if asked is None or order.average_price is None:
        return None
    gain = asked - order.average_price
    return gain if order.side == "buy" else -gain
