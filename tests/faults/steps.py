"""What the fault tests do to an order, one step at a time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderChange,
    OrderClass,
    OrderType,
)
from brokers.models import Command, Order
from brokers.orders.amend import Amendment, change_digest, request_amend
from brokers.orders.answering import Answers
from brokers.sessions.context import budget_of
from brokers.tasks import SENDERS, SETTLERS
from tests import people
from tests.world import World
from tradedesk.accounts.attempts import Purpose
from tradedesk.core.clock import FixedClock
from tradedesk.web import valkey


SUBMIT = {"method": "POST", "path": "/v2/orders", "times": 1}
CANCEL = {"method": "DELETE", "path": "/v2/orders/*", "times": 1}
REPLACE = {"method": "PATCH", "path": "/v2/orders/*", "times": 1}
LOOK = {"method": "GET", "path": "/v2/orders*"}
# Acted upon by the exchange, and what came back says nothing about it.
AMBIGUOUS: dict[str, dict[str, Any]] = {
    "answer dropped": {"kind": "drop"},
    "502": {"kind": "answer", "status": 502},
    "503": {"kind": "answer", "status": 503},
    "504": {"kind": "answer", "status": 504},
    "408": {"kind": "answer", "status": 408},
    "500 without a word": {"kind": "answer", "status": 500},
    "garbage": {"kind": "garbage"},
    "truncated": {"kind": "truncate"},
    "hang": {"kind": "hang", "seconds": 4},
    "late": {"kind": "delay", "seconds": 3},
}


def later(desk: World, seconds: float = 2) -> None:
    """Let time pass for the desk alone, and for its rate budget, which goes by
    Valkey's own clock: it is full again, and what the broker asked to wait is over.
    """
    desk.clock = FixedClock(desk.clock.now() + timedelta(seconds=seconds))
    valkey.client().delete(budget_of(desk.account.connection).key)


def waited(command: Command, seconds: float) -> None:
    """Let it have been queued so many seconds ago."""
    ago = command.approved_at - timedelta(seconds=seconds)
    Command.objects.filter(pk=command.pk).update(approved_at=ago, due_at=ago)


def submission_of(order: Order) -> Command:
    return order.commands.get(kind=CommandKind.SUBMIT.value)


def send(desk: World, command: Command) -> Command:
    SENDERS[CommandKind(command.kind)](command.pk, desk.clock)
    return Command.objects.get(pk=command.pk)


def settle(desk: World, command: Command, *, after: float = 2) -> Command:
    """Look the command up once, some seconds later."""
    later(desk, after)
    SETTLERS[CommandKind(command.kind)](command.pk, desk.clock)
    return Command.objects.get(pk=command.pk)


def settle_absent(desk: World, command: Command) -> Command:
    """Look until the broker's "not found" has been heard often and long enough."""
    for _ in range(3):
        command = settle(desk, command)
    return command


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def resting(desk: World) -> Order:
    """A limit order without exits that works below the market."""
    price = (desk.ask() * Decimal("0.97")).quantize(Decimal("0.01"))
    order = desk.sent(
        type=OrderType.LIMIT, limit_price=price, order_class=OrderClass.SIMPLE
    )
    assert order.state.is_open
    assert submission_of(order).state is CommandStatus.CONFIRMED
    return order


def cheaper(order: Order) -> Decimal:
    assert order.limit_price is not None
    return (order.limit_price * Decimal("0.99")).quantize(Decimal("0.01"))


def amend(desk: World, order: Order, change: OrderChange) -> Command:
    """A confirmed change, sent once, whatever came of that."""
    return send(desk, queued_amend(desk, order, change))


def queued_amend(desk: World, order: Order, change: OrderChange) -> Command:
    grant = people.grant_for(
        desk.user,
        purpose=Purpose.ORDER_AMEND,
        digest=change_digest(order, change),
        clock=desk.clock,
    )
    amendment = Amendment(
        order_id=order.pk,
        change=change,
        user=desk.user,
        grant_id=grant.pk,
        actor=people.actor(desk.user),
        answers=Answers(reason="the step of a test"),
    )
    return request_amend(amendment, desk.clock)


def page_of(desk: World, order: Order) -> str:
    response = people.verified(desk.user).get(f"/orders/{order.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def versions_at_exchange(desk: World, order: Order) -> list[dict[str, Any]]:
    """Each version of an order that the exchange has, with its status."""
    ids = order.references.values_list("broker_order_id", flat=True)
    return [desk.exchange.request("GET", f"/v2/orders/{one}") for one in ids]


def by_operator(desk: World, verb: str, **members: object) -> dict[str, object]:
    """What only the exchange's own people can do to an order."""
    body = {"key": desk.exchange.key, **members}
    answer = desk.exchange.request("POST", f"/control/{verb}", body)
    assert "code" not in answer, answer
    return answer
