"""What happens next with an order, and what a trader may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from brokers.domain.orders import CommandKind, OrderRole, OrderStatus
from brokers.models import Command, Order
from brokers.views import phrases
from tradedesk.web import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A notice: `kind` as `components/notice.html` knows it; a link where there is
    something to do.
    """

    kind: str
    title: str
    text: str
    url: str = ""
    action: str = ""


def next_step(
    order: Order, legs: Sequence[Order], in_flight: Sequence[Command]
) -> NextStep:
    if in_flight:
        return _in_flight(order, in_flight[0])
    if order.state is OrderStatus.DRAFT:
        stopped = order.status_reason
        return NextStep(
            kind="error" if stopped else "info",
            title="A guardrail stopped it." if stopped else "Nothing has been sent.",
            text=f"{stopped} It is a draft still: change it, or send it when that is over."
            if stopped
            else "This is a draft. Review it to send it.",
            url=reverse("order_review", args=[order.pk]),
            action="Review",
        )
    if order.state.is_open:
        return _working(order)
    return _filled(order, legs) if order.filled_quantity else _ended(order)


def _in_flight(order: Order, command: Command) -> NextStep:
    if command.is_unresolved:
        since = command.unresolved_since
        exposure = (
            " Until then it counts as exposure; do not send it again."
            if command.kind == CommandKind.SUBMIT.value
            else ""
        )
        return NextStep(
            kind="warning",
            title="Sent, no answer yet.",
            text="It was not rejected: it is being looked up at the broker"
            f"{f' since {since:%H:%M:%S} UTC' if since else ''}.{exposure}",
        )
    sent = "sent" if command.sent_at is not None else "asked for"
    match CommandKind(command.kind):
        case CommandKind.CANCEL:
            text = "Until the broker takes it, the order may still fill."
            return NextStep(kind="info", title=f"Cancel {sent}.", text=text)
        case CommandKind.AMEND:
            text = "Until the broker takes it, the order works as it was."
            return NextStep(kind="info", title=f"Change {sent}.", text=text)
        case _:
            return _submission(order, command)


def _submission(order: Order, command: Command) -> NextStep:
    if command.sent_at is not None:
        text = f"The broker's answer usually takes less than a second. {_exits(order)}"
        return NextStep(kind="info", title="Sent.", text=text)
    if order.follows_id is not None:
        text = (
            f"It leaves when the close, order {order.follows_id}, has filled and the "
            "account is flat. If that takes longer than two minutes it is withdrawn."
        )
        return NextStep(
            kind="info",
            title="Confirmed, waits for the close.",
            text=text,
            url=reverse("order", args=[order.follows_id]),
            action="The close",
        )
    if command.awaits_cancels:
        text = "It leaves as soon as the exits that hold these units are cancelled."
        return NextStep(kind="info", title="Confirmed.", text=text)
    text = f"It leaves for {order.account.name} in a moment. {_exits(order)}"
    return NextStep(kind="info", title="Confirmed.", text=text)


def _exits(order: Order) -> str:
    """What its fill brings with it."""
    stop, target = order.stop_loss_price, order.take_profit_price
    words = []
    if stop is not None:
        words.append(f"a stop at {formatting.price(stop)}")
    if target is not None:
        words.append(f"a target at {formatting.price(target)}")
    return f"When it has filled, {' and '.join(words)} begins to work." if words else ""


def _working(order: Order) -> NextStep:
    time = phrases.TIMES.get(order.spec().time_in_force, "")
    return NextStep(
        kind="info",
        title="At the broker.",
        text=f"{phrases.waits_for(order)}, {time}. {_exits(order)}",
    )


def _filled(order: Order, legs: Sequence[Order]) -> NextStep:
    quantity = formatting.quantity(order.filled_quantity)
    done = f"{quantity} filled."
    if order.reduces_risk or order.role != OrderRole.ENTRY.value:
        text = "It reduced the position."
        return _to_positions(kind="success", title=done, text=text)
    stops = [
        leg for leg in legs if leg.state.is_open and leg.role == OrderRole.STOP.value
    ]
    if stops:
        price = formatting.price(stops[0].stop_price)
        text = f"The stop at {price} works at the broker."
        return _to_positions(kind="success", title=done, text=text)
    text = (
        "No stop of this order works now. See under Positions what protects the rest."
    )
    return _to_positions(kind="warning", title=done, text=text)


def _to_positions(*, kind: str, title: str, text: str) -> NextStep:
    return NextStep(
        kind=kind,
        title=title,
        text=text,
        url=reverse("positions"),
        action="Positions",
    )


def _ended(order: Order) -> NextStep:
    bad = phrases.is_bad_news(order)
    title = f"{order.get_status_display().capitalize()}."
    text = phrases.reason(order, []) or "It is over; nothing of it is at the broker."
    return NextStep(kind="error" if bad else "info", title=title, text=text)
