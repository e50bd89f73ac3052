"""Rows 23 to 26 and 37: a stream that repeats, swaps, loses, cuts and falls silent."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from brokers.domain.orders import OrderStatus
from brokers.domain.reports import StreamEvent, StreamEventKind
from brokers.models import Order
from brokers.streaming.orders import take
from tests.faults.books import assert_books_agree, drive, fills_here, fills_there
from tests.faults.listening import listening
from tests.faults.rows import every_seed, row
from tests.faults.steps import fresh, later, resting
from tests.world import World
from tradedesk.audit.models import AuditEntry


# The stream's own process drops stale database connections: it cannot be rehearsed
# inside a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def fill(desk: World, order: Order, quantity: int) -> None:
    """So many shares at its limit, by the venue's own hand."""
    body = {
        "key": desk.exchange.key,
        "order_id": order.broker_order_id,
        "quantity": str(quantity),
        "price": str(order.limit_price),
    }
    desk.exchange.request("POST", "/control/late-fill", body)


def fill_in_parts(desk: World, order: Order, seed: int) -> None:
    """The whole quantity of 10 in three executions."""
    first, second = sorted(Random(seed).sample(range(1, 10), 2))
    for quantity in (first, second - first, 10 - second):
        fill(desk, order, quantity)


def stream_fault(desk: World, kind: str, event: str = "*", **members: object) -> None:
    desk.exchange.add_fault(
        f"{kind} {event}", stream=True, kind=kind, event=event, symbol="ACME", **members
    )


@row(23)
@every_seed
def test_a_fill_told_twice_by_the_stream_and_by_the_poll_is_one_fill(
    desk: World, seed: int
):
    order = resting(desk)
    with listening(desk) as listener:
        stream_fault(desk, "twice", "*fill", seed=seed)
        fill_in_parts(desk, order, seed)
        told = [one for one in listener.take_all() if one.fill]
        assert len(told) == 6
        for event in told:
            take(desk.account.connection_id, event, desk.clock)
    drive(desk)
    assert fresh(order).state is OrderStatus.FILLED
    assert order.fills.count() == 3
    booked = AuditEntry.objects.filter(action="fill.booked", subject_id=str(order.pk))
    assert booked.count() == 3
    assert_books_agree(desk)


def _is_of(order: Order, event: StreamEvent) -> bool:
    return event.order is not None and (
        event.order.client_order_id == order.client_order_id
    )


@row(24)
def test_a_fill_before_its_acknowledgement_stays_filled(desk: World):
    """The answer to the placing is lost as well: the stream's fill comes first of all."""
    with listening(desk) as listener:
        stream_fault(desk, "swap", "*new")
        order = desk.sent()
        events = listener.take_all()
        ours = [one for one in events if _is_of(order, one)]
        words = [one.detail for one in ours]
        assert words.index("fill") < words.index("new")
    assert fresh(order).state is OrderStatus.FILLED
    drive(desk)
    assert_books_agree(desk)


@row(25)
@every_seed
@pytest.mark.parametrize("kind", ["swap", "echo"])
def test_fills_out_of_order_and_older_states_after_newer_never_lead_back(
    desk: World, kind: str, seed: int
):
    order = resting(desk)
    with listening(desk) as listener:
        stream_fault(desk, kind, "*", every=2, seed=seed)
        fill_in_parts(desk, order, seed)
        filled = Decimal(0)
        for event in listener.news():
            take(desk.account.connection_id, event, desk.clock)
            now = fresh(order)
            assert now.filled_quantity >= filled
            filled = now.filled_quantity
    drive(desk)
    assert fresh(order).state is OrderStatus.FILLED
    assert fresh(order).filled_quantity == 10
    assert_books_agree(desk)


@row(25)
def test_an_older_status_that_comes_last_of_all_changes_nothing(desk: World):
    order = resting(desk)
    with listening(desk) as listener:
        fill(desk, order, 4)
        partial = listener.take_all()
        fill(desk, order, 6)
        listener.take_all()
        assert fresh(order).state is OrderStatus.FILLED
        for event in partial:
            take(desk.account.connection_id, event, desk.clock)
    assert fresh(order).state is OrderStatus.FILLED
    assert fresh(order).filled_quantity == 10
    assert_books_agree(desk)


@row(26)
@every_seed
def test_a_fill_that_the_stream_never_told_is_found_by_the_poll_and_counts_once(
    desk: World, seed: int
):
    order = resting(desk)
    with listening(desk) as listener:
        stream_fault(desk, "drop", "*fill", every=2, seed=seed)
        fill_in_parts(desk, order, seed)
        told = [one for one in listener.take_all() if one.fill]
    assert len(told) == 1
    drive(desk)
    for event in told:
        take(desk.account.connection_id, event, desk.clock)
    assert fresh(order).state is OrderStatus.FILLED
    assert fills_here(desk) == fills_there(desk)
    assert_books_agree(desk)


@row(26)
@every_seed
def test_a_fill_that_no_list_has_is_inferred_and_makes_way_for_the_real_one(
    desk: World, seed: int
):
    """The broker's own count says 10; one of its executions is told by nobody."""
    order = resting(desk)
    fill_in_parts(desk, order, seed)
    untold = Random(seed).choice(fills_there(desk))
    desk.exchange.add_fault(
        "unlisted", kind="omit", method="GET", path="*/FILL", find=untold
    )
    for _ in range(3):
        later(desk, 30)
        assert desk.sync()
    standing = order.fills.filter(busted_at=None)
    assert fresh(order).state is OrderStatus.FILLED
    assert sum(one.quantity for one in standing) == 10
    inferred = standing.get(inferred=True)
    assert inferred.execution_id.startswith("inferred:")
    desk.exchange.clear_faults()
    later(desk, 30)
    drive(desk)
    assert not standing.filter(inferred=True).exists()
    assert_books_agree(desk)


@row(37)
def test_a_stream_that_is_cut_is_noticed_and_what_it_missed_is_read(desk: World):
    order = resting(desk)
    with listening(desk) as listener:
        stream_fault(desk, "cut", "*fill", times=1)
        fill_in_parts(desk, order, seed=1)
        lost = listener.until(StreamEventKind.DISCONNECTED)
        take(desk.account.connection_id, lost, desk.clock)
        desk.account.connection.refresh_from_db()
        assert desk.account.connection.stream_connected_at is None
        again = listener.until(StreamEventKind.CONNECTED)
        take(desk.account.connection_id, again, desk.clock)
    drive(desk)
    assert fresh(order).state is OrderStatus.FILLED
    assert_books_agree(desk)


@row(37)
def test_a_stream_that_falls_silent_is_left_after_two_heartbeats(desk: World):
    order = resting(desk)
    with listening(desk, heartbeat=0.5) as listener:
        stream_fault(desk, "silence", "*fill", times=1)
        fill_in_parts(desk, order, seed=2)
        lost = listener.until(StreamEventKind.DISCONNECTED)
        assert "No pong" in lost.detail
        listener.until(StreamEventKind.CONNECTED)
    drive(desk)
    assert fresh(order).state is OrderStatus.FILLED
    assert_books_agree(desk)
