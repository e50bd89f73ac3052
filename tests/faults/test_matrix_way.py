"""Rows 1 to 11: the way to the broker, and answers that prove nothing or say no."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from brokers.domain.orders import CommandStatus, OrderClass, OrderStatus
from brokers.models import Command, Order
from brokers.sim.faults.matrix import row_of
from tests.faults.books import assert_books_agree, drive
from tests.faults.rows import every_seed, row
from tests.faults.steps import (
    fresh,
    later,
    resting,
    send,
    settle,
    settle_absent,
    submission_of,
)
from tests.world import World


SYMBOLS = ("ACME", "BRIO", "CRUX", "DUNE", "ELMS", "GALE", "HAZE", "IRIS", "KITE")


def some_orders(desk: World, seed: int, count: int = 3) -> list[Order]:
    """Confirmed and sent once each, whatever came of that; one a symbol."""
    return [
        fresh(send(desk, command).order) for command in confirmed(desk, seed, count)
    ]


def confirmed(desk: World, seed: int, count: int) -> list[Command]:
    random = Random(seed)
    return [
        desk.queued(symbol=symbol, quantity=Decimal(random.randint(1, 15)))
        for symbol in random.sample(SYMBOLS, count)
    ]


def provoke(desk: World, name: str, **members: object) -> None:
    """A row of the matrix, by its name."""
    desk.exchange.request("POST", "/control/faults", {"row": name, **members})


@row(1)
@row(3)
@row(4)
@pytest.mark.parametrize(
    "name", ["answer-dropped", "gateway-error", "answer-unreadable"]
)
@every_seed
def test_what_was_taken_and_not_answered_is_found_and_not_sent_again(
    desk: World, name: str, seed: int
):
    provoke(desk, name, seed=seed)
    orders = some_orders(desk, seed)
    assert all(submission_of(order).is_unresolved for order in orders)
    desk.exchange.clear_faults()
    drive(desk)
    assert {submission_of(order).sends for order in orders} == {1}
    assert_books_agree(desk)


@row(2)
@pytest.mark.usefixtures("impatient")
def test_an_answer_after_the_timeout_makes_no_second_row(desk: World):
    provoke(desk, "answer-late", seconds=3, times=1)
    order = desk.sent()
    assert submission_of(order).is_unresolved
    drive(desk)
    assert (submission_of(order).sends, Order.objects.count()) == (1, 2)
    assert [one.role for one in order.legs.all()] == ["stop"]
    assert_books_agree(desk)


@row(5)
def test_a_refused_connection_and_an_unknown_host_prove_that_nothing_left(desk: World):
    command = desk.queued()
    connection = desk.account.connection
    there = dict(connection.endpoints)
    desk.exchange.kill()
    assert send(desk, command).state is CommandStatus.QUEUED
    desk.exchange.start()
    connection.endpoints = {**there, "trading": "http://nowhere.localhost.invalid:81"}
    connection.save()
    later(desk, 3)
    command = send(desk, command)
    connection.endpoints = there
    connection.save()
    drive(desk)
    assert fresh(command.order).client_order_id == command.client_order_id
    assert_books_agree(desk)


@row(6)
@every_seed
def test_what_never_arrived_is_sent_under_the_same_id_after_proof(
    desk: World, seed: int
):
    provoke(desk, "not-received", seed=seed, times=2)
    orders = some_orders(desk, seed)
    lost = [order for order in orders if desk.at_exchange(order) == 0]
    assert len(lost) == 2
    path = "/v2/orders:by_client_order_id"
    desk.exchange.add_fault("looks", kind="delay", probability=0, path=path)
    drive(desk)
    counts = desk.exchange.request("GET", "/control/faults")["counts"]
    assert counts["looks"]["matched"] >= 6
    for order in lost:
        command = submission_of(order)
        assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 2)
        assert command.client_order_id == order.client_order_id
    assert_books_agree(desk)


@row(6)
def test_what_never_arrived_is_told_to_the_trader_once_its_confirmation_is_old(
    desk: World,
):
    provoke(desk, "not-received", times=1)
    order = desk.sent()
    settle_absent(desk, submission_of(order))
    later(desk, 600)
    assert send(desk, submission_of(order)).state is CommandStatus.REFUSED
    assert "did not reach the broker" in fresh(order).status_reason
    assert_books_agree(desk)


@row(7)
@every_seed
def test_a_400_that_speaks_of_a_timeout_is_unknown_and_the_order_is_found_later(
    desk: World, seed: int
):
    provoke(desk, "refused-then-placed", seed=seed, seconds=0, times=1)
    order = desk.sent(quantity=Decimal(seed + 1))
    command = settle(desk, submission_of(order))
    assert command.is_unresolved
    assert fresh(order).state is OrderStatus.SUBMITTED
    assert desk.at_exchange(order) == 0
    released = desk.exchange.request("POST", "/control/release")
    assert released == {"released": 1}
    command = settle(desk, command)
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    drive(desk)
    assert_books_agree(desk)


def placed_before(desk: World, command: Command, **changes: object) -> None:
    order = command.order
    body = {
        "symbol": order.symbol,
        "side": order.side,
        "type": order.type,
        "time_in_force": order.time_in_force,
        "qty": str(order.quantity.normalize()),
        "client_order_id": command.client_order_id,
        **changes,
    }
    desk.exchange.request("POST", "/v2/orders", body)


@row(8)
def test_a_duplicate_of_the_same_order_is_fetched_by_its_id(desk: World):
    command = desk.queued(order_class=OrderClass.SIMPLE)
    placed_before(desk, command)
    assert send(desk, command).is_unresolved
    drive(desk)
    assert submission_of(command.order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@row(9)
@pytest.mark.parametrize("change", [{"symbol": "BRIO"}, {"qty": "3"}])
def test_a_duplicate_of_another_order_rejects_ours_and_leaves_the_other(
    desk: World, change: dict[str, str]
):
    command = desk.queued(order_class=OrderClass.SIMPLE)
    placed_before(desk, command, **change)
    command = settle(desk, send(desk, command))
    assert command.state is CommandStatus.REFUSED
    order = fresh(command.order)
    assert order.state is OrderStatus.REJECTED
    assert "another order" in order.status_reason
    assert desk.at_exchange(order) == 1


@row(10)
@every_seed
def test_429_loses_no_order_and_no_cancel(desk: World, seed: int):
    order = resting(desk)
    commands = confirmed(desk, seed, 2)
    provoke(desk, "rate-limited", seed=seed, every=2, times=3)
    for command in commands:
        send(desk, command)
    desk.cancel(order)
    drive(desk)
    desk.sync()
    assert fresh(order).state is OrderStatus.CANCELLED
    sent = [submission_of(one.order) for one in commands]
    assert all(one.state is CommandStatus.CONFIRMED for one in sent)
    assert_books_agree(desk)


@row(11)
@pytest.mark.parametrize("status", [401, 403])
def test_a_session_that_ends_in_between_sends_nothing_and_is_shown(
    desk: World, status: int
):
    rules = {str(rule.name): rule for rule in row_of("session-expired").rules}
    rule = rules[f"session-{status}"]
    command = desk.queued()
    desk.exchange.add_fault(
        "expired", kind="answer", moment="before", status=status, body=rule.body
    )
    send(desk, command)
    assert not desk.sync()
    desk.account.connection.refresh_from_db()
    assert desk.account.connection.state == "unauthorised"
    desk.exchange.clear_faults()
    assert desk.at_exchange(command.order) == 0
    later(desk, 600)
    drive(desk)
    assert desk.at_exchange(command.order) == 0
    assert desk.account.connection.__class__.objects.get().state == "connected"


@every_seed
def test_a_day_of_every_fault_on_the_way_ends_with_equal_books(desk: World, seed: int):
    """Each request, look-ups and polls too, may meet any of them."""
    random = Random(seed)
    for name in ("answer-dropped", "answer-unreadable", "not-received"):
        chance = random.choice([0.2, 0.3, 0.4])
        provoke(desk, name, seed=seed, probability=chance, times=4, every=1)
    look = {"method": "GET", "path": "/v2/orders*", "kind": "answer", "status": 500}
    desk.exchange.add_fault("look", **look, probability=0.3, times=4)
    orders = some_orders(desk, seed, 5)
    drive(desk)
    desk.exchange.clear_faults()
    drive(desk)
    assert {fresh(one).state for one in orders} == {OrderStatus.FILLED}
    assert_books_agree(desk)
