"""Stops that gave way to a close or a new exit which came to nothing, at a real exchange."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from brokers.domain.orders import IN_FLIGHT, OrderStatus, OrderType
from brokers.models import Command, Order, Position
from brokers.orders import restoring
from brokers.orders.protecting import protection_of
from tests.faults.books import assert_books_agree
from tests.faults.steps import SUBMIT, by_operator, fresh, later, send, submission_of
from tests.faults.test_closing import close, is_flat, sold_elsewhere, work_on
from tests.faults.test_protecting import replace_by_pair
from tests.faults.test_reversing import held, long_position
from tests.world import World
from tradedesk.notifications.models import Notice


REFUSAL = {"code": 42210000, "message": "the market maker is at lunch"}


def refuse(desk: World, times: int = 1) -> None:
    """The exchange takes no new order for so many times, and says so."""
    desk.exchange.add_fault(
        "refusal",
        kind="answer",
        moment="before",
        status=422,
        body=json.dumps(REFUSAL),
        **SUBMIT | {"times": times},
    )


def restore_all(desk: World) -> list[Order]:
    now = desk.clock.now()
    return [stop for pk in restoring.ended() for stop in restoring.restore(pk, now)]


def settle_down(desk: World) -> None:
    """What sweeper, poll and restoring do in a few seconds."""
    for _ in range(3):
        work_on(desk, rounds=2)
        restore_all(desk)
    work_on(desk, rounds=2)


def assert_protected_again(desk: World, old: Order, units: str = "10") -> Order:
    (stop,) = protection_of(held(desk)).stops
    assert stop.pk != old.pk
    assert (stop.type, stop.stop_price) == (old.type, old.stop_price)
    assert (stop.quantity, stop.role) == (Decimal(units), "stop")
    assert stop.placed_by is None
    assert protection_of(held(desk)).bare == 0
    there = desk.exchange.request("GET", "/v2/orders?status=open")
    assert [one["id"] for one in there] == [stop.broker_order_id]
    assert not Command.objects.filter(status__in=IN_FLIGHT).exists()
    assert_books_agree(desk)
    return stop


def test_a_stop_comes_back_when_the_pair_in_its_place_is_refused(desk: World):
    old = long_position(desk).legs.get()
    order = replace_by_pair(desk)
    refuse(desk)
    settle_down(desk)
    assert fresh(order).state is OrderStatus.REJECTED
    assert fresh(old).state is OrderStatus.CANCELLED
    assert_protected_again(desk, fresh(old))
    notice = Notice.objects.get(title="ACME: its stop is placed again")
    assert "lunch" in notice.body
    assert notice.url == f"/orders/{order.pk}/"


def test_a_stop_comes_back_when_the_close_is_refused(desk: World):
    old = long_position(desk).legs.get()
    command = close(desk)
    refuse(desk)
    settle_down(desk)
    assert fresh(command.order).state is OrderStatus.REJECTED
    assert_protected_again(desk, fresh(old))


def test_a_stop_that_came_back_gives_way_to_the_next_close(desk: World):
    old = long_position(desk).legs.get()
    close(desk)
    refuse(desk)
    settle_down(desk)
    assert_protected_again(desk, fresh(old))
    command = close(desk)
    settle_down(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert is_flat(desk)
    assert not desk.exchange.request("GET", "/v2/orders?status=open")


def test_a_stop_comes_back_once_however_often_it_is_asked_for(desk: World):
    old = long_position(desk).legs.get()
    order = replace_by_pair(desk)
    refuse(desk)
    settle_down(desk)
    for _ in range(3):
        assert restoring.restore(order.pk, desk.clock.now()) == []
    assert_protected_again(desk, fresh(old))


def test_nothing_is_placed_before_the_account_was_read_again(desk: World):
    long_position(desk)
    order = replace_by_pair(desk)
    refuse(desk)
    send(desk, Command.objects.get(kind="cancel"))
    desk.sync()
    later(desk)
    send(desk, submission_of(order))
    assert fresh(order).state is OrderStatus.REJECTED
    assert restore_all(desk) == []
    later(desk)
    desk.sync()
    assert len(restore_all(desk)) == 1


def test_what_was_sold_meanwhile_needs_no_stop(desk: World):
    long_position(desk)
    order = replace_by_pair(desk)
    work_on(desk, rounds=1)
    sold_elsewhere(desk, 10)
    settle_down(desk)
    assert fresh(order).state in {OrderStatus.DENIED, OrderStatus.REJECTED}
    assert is_flat(desk)
    assert not desk.exchange.request("GET", "/v2/orders?status=open")


def test_what_could_not_be_settled_for_long_is_left_alone(desk: World):
    long_position(desk)
    replace_by_pair(desk)
    refuse(desk)
    work_on(desk)
    later(desk, 61 * 60)
    desk.sync()
    assert restore_all(desk) == []
    assert restoring.ended() == []


def test_an_exit_that_worked_brings_nothing_back(desk: World):
    long_position(desk)
    order = replace_by_pair(desk)
    settle_down(desk)
    assert fresh(order).state.is_open
    desk.cancel(fresh(order))
    settle_down(desk)
    assert fresh(order).state is OrderStatus.CANCELLED
    assert restoring.ended() == []
    assert protection_of(held(desk)).bare == 10


def test_what_stays_open_after_a_close_of_a_part_has_its_stop_again(desk: World):
    old = long_position(desk).legs.get()
    closing = close(desk, percent=30).order
    settle_down(desk)
    assert fresh(closing).filled_quantity == 3
    assert_protected_again(desk, fresh(old), units="7")
    notice = Notice.objects.get(title="ACME: its stop is placed again")
    assert notice.severity == "info"


def test_a_close_that_its_trader_takes_back_leaves_the_position_as_it_was(desk: World):
    old = long_position(desk).legs.get()
    closing = close(desk, percent=50).order
    desk.cancel(closing)
    settle_down(desk)
    assert fresh(closing).state is OrderStatus.CANCELLED
    assert restoring.ended() == []
    assert_protected_again(desk, fresh(old))


def test_a_refused_stop_is_told_at_once(desk: World):
    long_position(desk)
    replace_by_pair(desk)
    refuse(desk, times=2)
    settle_down(desk)
    notice = Notice.objects.get(title="ACME: a stop could not be placed again")
    assert notice.severity == "critical"
    assert "lunch" in notice.body
    assert protection_of(held(desk)).bare == 10


def test_a_returned_stop_that_the_broker_throws_out_later_is_told_as_gravely(
    desk: World,
):
    old = long_position(desk).legs.get()
    replace_by_pair(desk)
    refuse(desk)
    settle_down(desk)
    stop = assert_protected_again(desk, fresh(old))
    by_operator(desk, "reject", order_id=stop.broker_order_id)
    desk.sync()
    assert fresh(stop).state is OrderStatus.REJECTED
    notice = Notice.objects.get(title="ACME: a stop could not be placed again")
    assert notice.severity == "critical"
    assert not Notice.objects.filter(title__endswith="rejected by the broker").exists()


@pytest.mark.parametrize(
    ("percent", "left"), [(100, 0), (50, 4)], ids=["all of it", "half of it"]
)
def test_a_close_of_all_closes_what_an_exit_has_left(
    desk: World, percent: int, left: int
):
    """Six of ten are sold while the stop gives way: a close of all goes on with four, a
    close of five has nothing more to do, and the stop protects the four.
    """
    old = long_position(desk).legs.get()
    closing = close(desk, percent=percent).order
    desk.exchange.request("DELETE", f"/v2/orders/{old.broker_order_id}")
    sold_elsewhere(desk, 6)
    desk.sync()
    settle_down(desk)
    assert fresh(closing).state is OrderStatus.DENIED
    assert Position.objects.get(symbol="ACME").quantity == left
    if left:
        assert_protected_again(desk, fresh(old), units=str(left))
        return
    rest = Order.objects.exclude(pk=closing.pk).get(
        type=OrderType.MARKET.value, side="sell", source="desk"
    )
    assert (rest.quantity, rest.state) == (4, OrderStatus.FILLED)
    assert is_flat(desk)
