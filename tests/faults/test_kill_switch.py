"""The kill switch pressed while nobody knows what became of an order (A3, row 42)."""

from __future__ import annotations

from decimal import Decimal

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderChange,
    OrderStatus,
    OrderType,
)
from brokers.models import Command, Order
from brokers.tasks import SENDERS
from tests import people
from tests.faults.rows import row
from tests.faults.steps import (
    SUBMIT,
    fresh,
    later,
    queued_amend,
    resting,
    send,
    settle,
    settle_absent,
    submission_of,
    versions_at_exchange,
)
from tests.world import World
from tradedesk.desk.kill_switch import Engaged, engage


def press(desk: World) -> Engaged:
    return engage(
        desk.user,
        actor=people.actor(desk.user),
        reason="Something is wrong here.",
        now=desk.clock.now(),
    )


def send_what_is_due(desk: World) -> None:
    for command in Command.objects.filter(status=CommandStatus.QUEUED.value):
        SENDERS[CommandKind(command.kind)](command.pk, desk.clock)


def resting_terms(desk: World) -> dict[str, object]:
    price = (desk.ask() * 97 / 100).quantize(desk.ask().normalize())
    return {"type": OrderType.LIMIT, "limit_price": price}


@row(42)
def test_an_order_whose_outcome_is_unknown_is_cancelled_once_it_is_found(desk: World):
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    order = desk.sent(**resting_terms(desk))
    pressed = press(desk)
    assert (pressed.cancels, pressed.unresolved) == (1, 1)
    send_what_is_due(desk)
    assert fresh(order).state is OrderStatus.SUBMITTED
    assert settle(desk, submission_of(order)).state is CommandStatus.CONFIRMED
    later(desk)
    send_what_is_due(desk)
    desk.sync()
    assert fresh(order).state is OrderStatus.CANCELLED
    assert desk.at_exchange(order) == 1


@row(42)
def test_what_never_arrived_is_not_sent_again_while_trading_is_halted(desk: World):
    desk.exchange.add_fault("strike", kind="drop", moment="before", **SUBMIT)
    order = desk.sent()
    press(desk)
    command = settle_absent(desk, submission_of(order))
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert fresh(order).state is OrderStatus.DENIED
    later(desk)
    send_what_is_due(desk)
    assert not Command.objects.filter(status__in=["queued", "sent"]).exists()
    assert desk.at_exchange(order) == 0


@row(42)
def test_an_order_confirmed_before_the_press_does_not_leave_after_it(desk: World):
    command = desk.queued()
    press(desk)
    assert send(desk, command).state is CommandStatus.REFUSED
    order = fresh(command.order)
    assert order.state in {OrderStatus.CANCELLED, OrderStatus.DENIED}
    assert desk.at_exchange(order) == 0


@row(42)
def test_an_answer_that_arrives_after_the_press_is_taken_back(desk: World):
    """Pressed between the claim and the answer: the order works, so it is cancelled."""
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    order = desk.sent(**resting_terms(desk))
    press(desk)
    Command.objects.filter(kind=CommandKind.CANCEL.value).delete()
    settle(desk, submission_of(order))
    asked = Command.objects.get(kind=CommandKind.CANCEL.value)
    assert asked.order_id == order.pk
    send_what_is_due(desk)
    desk.sync()
    assert Order.objects.get(pk=order.pk).state is OrderStatus.CANCELLED


@row(42)
def test_a_change_that_adds_risk_does_not_leave_after_the_press(desk: World):
    order = resting(desk)
    command = queued_amend(desk, order, OrderChange(quantity=Decimal(20)))
    press(desk)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert "halted" in command.outcome
    assert len(versions_at_exchange(desk, order)) == 1
