"""The path of an order, step by step, against a real exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.orders import (
    CommandStatus,
    OrderClass,
    OrderStatus,
    OrderType,
    Side,
)
from brokers.models import Command, Order, Position
from brokers.orders import confirming, submission
from brokers.orders.cancel import send_cancel
from brokers.orders.closing import close_position
from brokers.orders.digests import spec_digest
from brokers.orders.drafting import draft_order
from tests import people
from tests.world import World
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.grants import GrantRefusedError
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import FixedClock
from tradedesk.core.errors import NotAllowedError, StaleStateError


def settled(desk: World, order: Order) -> Order:
    desk.sync()
    return Order.objects.get(pk=order.pk)


def test_a_confirmed_order_reaches_the_exchange_once_and_becomes_a_protected_position(
    desk: World,
):
    order = settled(desk, desk.sent())
    position = Position.objects.get(account=desk.account, symbol="ACME")
    assert order.state is OrderStatus.FILLED
    assert position.quantity == 10
    assert desk.at_exchange(order) == 1
    stop = order.legs.get()
    assert stop.role == "stop"
    assert stop.state.is_open
    assert stop.stop_price == order.stop_loss_price


def test_every_step_stands_in_the_audit_log(desk: World):
    order = settled(desk, desk.sent())
    entries = AuditEntry.objects.filter(subject="order", subject_id=str(order.pk))
    actions = list(entries.order_by("sequence").values_list("action", flat=True))
    assert actions[:3] == ["order.drafted", "order.confirmed", "command.sent"]
    assert "command.confirmed" in actions
    assert actions.count("fill.booked") == order.fills.count() > 0


def test_nothing_leaves_before_it_is_confirmed(desk: World):
    order = desk.draft().order
    assert order.state is OrderStatus.DRAFT
    assert not Command.objects.exists()


def test_a_draft_that_was_edited_after_the_review_is_not_confirmed(desk: World):
    ticket = desk.ticket()
    reviewed = desk.draft(ticket)
    grant_id = desk.grant(reviewed.digest)
    bigger = replace(ticket, spec=replace(ticket.spec, quantity=Decimal(11)))
    order = desk.draft(bigger).order
    with pytest.raises(GrantRefusedError):
        desk.confirm(order, grant_id=grant_id)
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": Decimal(11)},
        {"side": Side.SELL},
        {"symbol": "BRIO"},
        {"stop_loss_price": Decimal("1.00")},
        {"type": OrderType.LIMIT, "limit_price": Decimal("1.00")},
        {"extended_hours": True},
        {"order_class": OrderClass.SIMPLE, "stop_loss_price": None},
    ],
)
def test_the_digest_covers_every_term(desk: World, change: dict[str, object]):
    ticket = desk.ticket()
    first = desk.draft(ticket).digest
    other = replace(ticket, spec=replace(ticket.spec, **change))
    assert desk.draft(other).digest != first


def test_a_grant_of_somebody_else_confirms_nothing(desk: World):
    order = desk.draft().order
    bob = people.person("bob")
    grant = people.grant_for(
        bob, purpose=Purpose.ORDER_CONFIRM, digest=spec_digest(order)
    )
    with pytest.raises(GrantRefusedError):
        desk.confirm(order, grant_id=grant.pk)
    assert Order.objects.get(pk=order.pk).state is OrderStatus.DRAFT


def test_an_expired_grant_confirms_nothing(desk: World):
    order = desk.draft().order
    grant_id = desk.grant(spec_digest(order))
    desk.clock = FixedClock(desk.clock.now() + timedelta(seconds=61))
    with pytest.raises((GrantRefusedError, NotAllowedError)):
        desk.confirm(order, grant_id=grant_id)
    assert not Command.objects.exists()


def test_a_grant_confirms_one_order_only(desk: World):
    first = desk.draft().order
    grant_id = desk.grant(spec_digest(first))
    desk.confirm(first, grant_id=grant_id)
    with pytest.raises(StaleStateError):
        desk.confirm(first, grant_id=grant_id)
    second = desk.draft().order
    with pytest.raises(GrantRefusedError):
        desk.confirm(second, grant_id=grant_id)
    assert Command.objects.count() == 1


def test_an_order_that_adds_risk_needs_a_grant(desk: World):
    order = desk.draft().order
    confirmation = confirming.Confirmation(
        order_id=order.pk,
        user=desk.user,
        digest=spec_digest(order),
        grant_id=None,
        actor=people.actor(desk.user),
    )
    with pytest.raises(NotAllowedError, match="second factor"):
        confirming.confirm_order(confirmation, desk.clock)


def test_a_blocked_order_is_denied_with_its_verdicts_and_costs_no_grant(desk: World):
    order = desk.draft(quantity=Decimal(10_000_000)).order
    with pytest.raises(NotAllowedError, match="Nothing was sent"):
        desk.confirm(order)
    assert not Command.objects.exists()
    order.refresh_from_db()
    assert order.state is OrderStatus.DRAFT
    assert order.status_reason
    assert AuditEntry.objects.filter(action=AuditAction.ORDER_DENIED).count() == 1


def test_what_stopped_a_draft_is_forgotten_when_it_is_changed(desk: World):
    ticket = desk.ticket(quantity=Decimal(10_000_000))
    order = desk.draft(ticket).order
    with pytest.raises(NotAllowedError):
        desk.confirm(order)
    smaller = replace(ticket, spec=replace(ticket.spec, quantity=Decimal(10)))
    order = desk.draft(smaller).order
    assert order.status_reason == ""
    assert desk.confirm(order).order.status_reason == ""


def test_the_same_ticket_sent_twice_is_one_draft(desk: World):
    ticket = desk.ticket()
    first, second = desk.draft(ticket).order, desk.draft(ticket).order
    assert first.pk == second.pk
    assert second.version == 2


def test_a_ticket_that_was_confirmed_cannot_be_edited(desk: World):
    ticket = desk.ticket()
    desk.confirm(desk.draft(ticket).order)
    with pytest.raises(StaleStateError, match="sent already"):
        draft_order(
            desk.account.pk,
            ticket,
            user=desk.user,
            actor=people.actor(desk.user),
            now=desk.clock.now(),
        )


def test_a_task_that_comes_twice_sends_once(desk: World):
    command = desk.queued()
    submission.send_submission(command.pk, desk.clock)
    submission.send_submission(command.pk, desk.clock)
    order = Order.objects.get(pk=command.order_id)
    assert desk.at_exchange(order) == 1


def test_cancelling_before_it_was_sent_withdraws_it(desk: World):
    command = desk.queued()
    assert desk.cancel(command.order) is None
    submission.send_submission(command.pk, desk.clock)
    order = Order.objects.get(pk=command.order_id)
    assert order.state is OrderStatus.CANCELLED
    assert desk.at_exchange(order) == 0


def test_a_working_order_is_cancelled_at_the_exchange(desk: World):
    order = desk.sent(type=OrderType.LIMIT, limit_price=far_below(desk))
    assert order.state.is_open
    command = desk.cancel(order)
    assert command is not None
    assert command.state is CommandStatus.CONFIRMED
    assert settled(desk, order).state is OrderStatus.CANCELLED


def far_below(desk: World) -> Decimal:
    """A buy limit that rests: below the market, and above its own stop."""
    return (desk.ask() * Decimal("0.97")).quantize(Decimal("0.01"))


def test_closing_needs_no_code_and_lifts_the_stop_first(desk: World):
    order = settled(desk, desk.sent())
    closing = close_position(
        desk.account.pk,
        "ACME",
        percent=Decimal(100),
        user=desk.user,
        actor=people.actor(desk.user),
        now=desk.clock.now(),
    )
    for command in Command.objects.filter(status="queued").order_by("kind"):
        if command.kind == "cancel":
            send_cancel(command.pk, desk.clock)
    desk.sync()
    submit = closing.commands.get(kind="submit")
    submission.send_submission(
        submit.pk, FixedClock(desk.clock.now() + timedelta(seconds=5))
    )
    desk.sync()
    assert Position.objects.get(symbol="ACME").quantity == 0
    assert order.legs.get().state is OrderStatus.CANCELLED
