"""A submission whose answer says nothing, says no, or never comes (reliability A3)."""

from __future__ import annotations

import json

import pytest

from brokers.domain.errors import Refused
from brokers.domain.orders import CommandStatus, OrderStatus, OrderType
from brokers.models import Command, Order
from brokers.orders import submission
from tests.faults.rows import row
from tests.faults.steps import (
    AMBIGUOUS,
    LOOK,
    SUBMIT,
    fresh,
    later,
    page_of,
    send,
    settle,
    settle_absent,
    submission_of,
)
from tests.world import World
from tradedesk.audit.models import AuditEntry
from tradedesk.core.errors import NotAllowedError


@row(1)
@row(2)
@row(3)
@row(4)
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_an_unknown_outcome_is_shown_as_unknown_and_found_by_its_id(
    desk: World, fault: dict[str, object]
):
    desk.exchange.add_fault("strike", **fault, **SUBMIT)
    order = desk.sent()
    command = submission_of(order)
    assert command.is_unresolved
    assert order.state is OrderStatus.SUBMITTED
    assert desk.at_exchange(order) == 1
    command = settle(desk, command)
    assert command.state is CommandStatus.CONFIRMED
    assert command.sends == 1
    assert desk.sync()
    assert fresh(order).state is OrderStatus.FILLED
    assert desk.at_exchange(order) == 1


def test_the_page_of_an_unknown_outcome_never_says_that_it_was_rejected(desk: World):
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    order = desk.sent()
    page = page_of(desk, order)
    assert "Sent, no answer yet." in page
    assert "Unresolved" in page
    assert "Rejected" not in page
    assert "Refused" not in page


def test_unknown_and_resolved_each_stand_in_the_audit_log_once(desk: World):
    desk.exchange.add_fault("strike", kind="answer", status=504, **SUBMIT)
    command = submission_of(desk.sent())
    settle(desk, command)
    settle(desk, command)
    entries = AuditEntry.objects.filter(
        subject="order", subject_id=str(command.order_id), action__startswith="command."
    )
    actions = list(entries.order_by("sequence").values_list("action", flat=True))
    assert actions == ["command.sent", "command.unresolved", "command.resolved"]


def test_an_unknown_outcome_blocks_new_risk_in_its_symbol_and_counts_in_full(
    desk: World,
):
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    desk.sent()
    with pytest.raises(NotAllowedError, match="being looked up"):
        desk.queued()
    assert Command.objects.count() == 1


@row(6)
def test_a_lookup_that_gets_no_answer_leaves_it_unknown(desk: World):
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    order = desk.sent()
    desk.exchange.add_fault("silence", kind="answer", status=503, **LOOK)
    for _ in range(5):
        assert settle(desk, submission_of(order)).is_unresolved
    assert fresh(order).state is OrderStatus.SUBMITTED
    desk.exchange.clear_faults()
    assert settle(desk, submission_of(order)).state is CommandStatus.CONFIRMED


@row(6)
def test_what_never_arrived_is_sent_again_under_the_same_id_after_proof(desk: World):
    desk.exchange.add_fault("strike", kind="drop", moment="before", **SUBMIT)
    order = desk.sent()
    command = settle(desk, submission_of(order))
    assert command.is_unresolved
    assert desk.at_exchange(order) == 0
    command = settle(desk, settle(desk, command))
    assert command.state is CommandStatus.QUEUED
    command = send(desk, command)
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 2)
    assert desk.at_exchange(order) == 1


@row(6)
def test_two_not_found_answers_are_no_proof_however_late_they_come(desk: World):
    desk.exchange.add_fault("strike", kind="drop", moment="before", **SUBMIT)
    command = submission_of(desk.sent())
    for seconds in (30, 30):
        command = settle(desk, command, after=seconds)
    assert command.is_unresolved


@row(6)
def test_many_not_found_answers_at_once_are_no_proof_either(desk: World):
    desk.exchange.add_fault("strike", kind="drop", moment="before", **SUBMIT)
    command = submission_of(desk.sent())
    for _ in range(6):
        command = settle(desk, command, after=0.5)
    assert command.is_unresolved


@row(6)
def test_what_never_arrived_is_not_sent_once_its_confirmation_is_old(desk: World):
    desk.exchange.add_fault("strike", kind="drop", moment="before", **SUBMIT)
    order = desk.sent()
    command = settle_absent(desk, submission_of(order))
    later(desk, 600)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    order = fresh(order)
    assert order.state is OrderStatus.DENIED
    assert "did not reach the broker" in order.status_reason
    assert desk.at_exchange(order) == 0


@row(10)
def test_429_waits_as_long_as_told_and_sends_the_same_once(desk: World):
    limit = {"kind": "answer", "status": 429, "retry_after": 7, "moment": "before"}
    desk.exchange.add_fault("strike", **limit, **SUBMIT)
    order = desk.sent()
    command = submission_of(order)
    assert command.state is CommandStatus.QUEUED
    later(desk, 5)
    assert send(desk, command).sends == 1
    later(desk, 3)
    command = send(desk, command)
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 2)
    assert desk.at_exchange(order) == 1


@row(5)
def test_a_refused_connection_is_tried_again_with_the_same_id(desk: World):
    command = desk.queued()
    desk.exchange.kill()
    command = send(desk, command)
    assert command.state is CommandStatus.QUEUED
    assert "No connection" in command.outcome
    desk.exchange.start()
    later(desk, 3)
    command = send(desk, command)
    assert command.state is CommandStatus.CONFIRMED
    assert desk.at_exchange(command.order) == 1


def same_order(order: Order, **changes: object) -> dict[str, object]:
    return {
        "symbol": order.symbol,
        "side": order.side,
        "type": order.type,
        "time_in_force": order.time_in_force,
        "qty": str(order.quantity.normalize()),
        "client_order_id": order.client_order_id,
        **changes,
    }


@row(8)
def test_a_duplicate_of_the_same_order_is_that_order(desk: World):
    command = desk.queued()
    order = fresh(command.order)
    desk.exchange.request("POST", "/v2/orders", same_order(order))
    command = send(desk, command)
    assert command.is_unresolved
    command = settle(desk, command)
    assert command.state is CommandStatus.CONFIRMED
    assert fresh(order).state is not OrderStatus.REJECTED
    assert desk.at_exchange(order) == 1


@row(9)
@pytest.mark.parametrize("change", [{"symbol": "BRIO"}, {"qty": "3"}])
def test_another_order_under_our_id_is_not_ours(desk: World, change: dict[str, str]):
    command = desk.queued()
    order = fresh(command.order)
    other = desk.exchange.request("POST", "/v2/orders", same_order(order, **change))
    command = settle(desk, send(desk, command))
    assert command.state is CommandStatus.REFUSED
    order = fresh(order)
    assert order.state is OrderStatus.REJECTED
    assert "another order" in order.status_reason
    assert order.broker_order_id == ""
    kept = desk.exchange.request("GET", f"/v2/orders/{other['id']}")
    assert kept["qty"] == other["qty"]
    assert desk.at_exchange(order) == 1


@row(11)
def test_keys_that_are_no_longer_valid_end_the_order_and_send_nothing(desk: World):
    command = desk.queued()
    connection = desk.account.connection
    good = connection.credentials
    connection.credentials = json.dumps({**json.loads(good), "secret": "changed"})
    connection.save()
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert desk.at_exchange(command.order) == 0
    assert not desk.sync()
    connection.refresh_from_db()
    assert connection.state == "unauthorised"
    connection.credentials = good
    connection.save()
    assert desk.sync()
    assert send(desk, command).sends == 1
    assert desk.at_exchange(command.order) == 0


def test_a_refusal_in_the_brokers_words_ends_the_order_with_them(desk: World):
    command = desk.queued()
    blocked = {"key": desk.exchange.key, "trading_blocked": True}
    desk.exchange.request("POST", "/control/flags", blocked)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    order = fresh(command.order)
    assert order.state is OrderStatus.REJECTED
    assert "not authorized to trade" in order.status_reason
    assert desk.at_exchange(order) == 0


@row(15)
def test_a_crash_between_claim_and_answer_is_settled_by_the_sweeper(desk: World):
    """The worker died after it had claimed the command and before anything left."""
    command = desk.queued(type=OrderType.MARKET)
    assert submission._claim(command.pk, desk.clock.now()) is not None
    assert send(desk, command).sends == 1
    later(desk, 15)
    command = settle_absent(desk, command)
    assert command.state is CommandStatus.QUEUED
    assert send(desk, command).state is CommandStatus.CONFIRMED
    assert desk.at_exchange(command.order) == 1


@row(16)
def test_an_answer_that_was_never_written_down_is_looked_up(desk: World):
    """The worker died between the broker's answer and our row."""
    command = desk.queued()
    claimed = submission._claim(command.pk, desk.clock.now())
    assert claimed is not None
    trader = submission.open_trader(claimed.account.connection)
    trader.place_order(claimed.client_order_id, claimed.order.spec())
    command = settle(desk, command, after=15)
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    assert desk.at_exchange(command.order) == 1


def test_looking_up_twice_is_looking_up_once(desk: World):
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    order = desk.sent()
    settle(desk, submission_of(order))
    desk.sync()
    book = (fresh(order).status, order.fills.count(), AuditEntry.objects.count())
    settle(desk, submission_of(order))
    desk.sync()
    again = (fresh(order).status, order.fills.count(), AuditEntry.objects.count())
    assert again == book


@row(2)
def test_a_late_answer_to_a_send_that_was_given_up_says_nothing_of_the_next(
    desk: World,
):
    """The first sender was stopped for long and is then told "not enough money":
    because its order, sent by another meanwhile, has taken it.
    """
    command = desk.queued()
    stopped = submission._claim(command.pk, desk.clock.now())
    assert stopped is not None
    later(desk, 15)
    settle_absent(desk, command)
    desk.exchange.add_fault("strike", kind="drop", **SUBMIT)
    assert send(desk, command).is_unresolved
    refusal = Refused("insufficient buying power", code="40310000")
    submission.delivery.take_error(
        stopped, refusal, now=desk.clock.now(), refused=submission._reject
    )
    assert fresh(command.order).state is OrderStatus.SUBMITTED
    assert settle(desk, command).state is CommandStatus.CONFIRMED
    assert desk.at_exchange(command.order) == 1


def test_a_look_up_that_is_not_due_is_not_counted(desk: World):
    command = desk.queued()
    assert submission._claim(command.pk, desk.clock.now()) is not None
    assert settle(desk, command, after=14).lookups == 0
    assert settle(desk, command, after=1).lookups == 1
