"""Rows 27 to 36: what the broker does to an order by itself, late, or twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.domain.orders import (
    CommandStatus,
    OrderChange,
    OrderClass,
    OrderStatus,
    OrderType,
)
from brokers.models import Fill, Order, OrderSource, Position
from brokers.reconciliation.running import reconcile
from tests.faults.books import (
    assert_books_agree,
    drive,
    fills_there,
    positions_here,
    positions_there,
)
from tests.faults.rows import every_seed, row
from tests.faults.steps import (
    amend,
    by_operator,
    cheaper,
    fresh,
    later,
    queued_amend,
    resting,
    send,
    versions_at_exchange,
)
from tests.world import World
from tradedesk.core.errors import NotAllowedError
from tradedesk.desk.system import alarms
from tradedesk.notifications.models import Notice


def fill(desk: World, order: Order, quantity: object) -> dict[str, object]:
    return by_operator(
        desk,
        "late-fill",
        order_id=order.broker_order_id,
        quantity=str(quantity),
        price=str(order.limit_price or desk.ask(order.symbol)),
    )


def is_told(desk: World, order: Order) -> bool:
    """Whether the trader has a notice that names the order."""
    return Notice.objects.filter(
        user=desk.user, url__contains=f"/orders/{order.pk}/"
    ).exists()


@row(27)
@every_seed
def test_what_was_filled_before_a_cancel_stays(desk: World, seed: int):
    order = resting(desk)
    fill(desk, order, seed + 1)
    desk.cancel(order)
    drive(desk)
    order = fresh(order)
    assert order.state is OrderStatus.CANCELLED
    assert order.filled_quantity == seed + 1
    assert_books_agree(desk)


@row(27)
def test_a_fill_while_the_cancel_is_under_way_ends_filled(desk: World):
    order = resting(desk)
    strike = {"method": "DELETE", "path": "/v2/orders/*", "times": 1}
    desk.exchange.add_fault("strike", kind="drop", moment="before", **strike)
    command = desk.cancel(order)
    assert command is not None
    assert command.is_unresolved
    fill(desk, order, 10)
    drive(desk)
    command.refresh_from_db()
    assert command.state in {CommandStatus.REFUSED, CommandStatus.CONFIRMED}
    assert fresh(order).state is OrderStatus.FILLED
    assert_books_agree(desk)


@row(28)
@every_seed
def test_fills_on_the_old_and_the_new_version_are_one_orders(desk: World, seed: int):
    order = resting(desk)
    fill(desk, order, seed + 1)
    desk.exchange.request(
        "POST", "/control/faults", {"row": "cancel-crosses-replace", "times": 1}
    )
    amend(desk, order, OrderChange(limit_price=cheaper(order)))
    desk.sync()
    order = fresh(order)
    assert order.references.count() == 2
    fill(desk, order, 3)
    desk.cancel(order)
    drive(desk)
    order = fresh(order)
    assert order.state is OrderStatus.CANCELLED
    assert (order.quantity, order.filled_quantity) == (10, seed + 4)
    statuses = sorted(one["status"] for one in versions_at_exchange(desk, order))
    assert statuses == ["canceled", "replaced"]
    assert_books_agree(desk)


@row(29)
def test_a_change_that_is_refused_leaves_the_terms_that_were(desk: World):
    order = resting(desk)
    desk.exchange.request(
        "POST", "/control/faults", {"row": "replace-refused", "times": 1}
    )
    command = amend(desk, order, OrderChange(limit_price=cheaper(order)))
    assert command.state is CommandStatus.REFUSED
    drive(desk)
    kept = fresh(order)
    assert (kept.limit_price, kept.quantity) == (order.limit_price, order.quantity)
    assert kept.state.is_open
    assert kept.references.count() == 1
    assert_books_agree(desk)


@row(30)
@pytest.mark.parametrize("filled", [4, 6])
def test_a_change_to_no_more_than_what_is_filled_keeps_what_is_filled(
    desk: World, filled: int
):
    order = resting(desk)
    command = queued_amend(desk, order, OrderChange(quantity=Decimal(4)))
    fill(desk, order, filled)
    send(desk, command)
    drive(desk)
    order = fresh(order)
    assert order.filled_quantity == filled
    assert order.state in {OrderStatus.FILLED, OrderStatus.PARTIALLY_FILLED}
    assert_books_agree(desk)


@row(31)
@pytest.mark.parametrize(
    ("verb", "status"),
    [("cancel", OrderStatus.CANCELLED), ("reject", OrderStatus.REJECTED)],
)
def test_an_end_that_nobody_asked_for_is_booked_and_the_trader_is_told(
    desk: World, verb: str, status: OrderStatus
):
    order = resting(desk)
    by_operator(desk, verb, order_id=order.broker_order_id, reason="corporate action")
    drive(desk)
    assert fresh(order).state is status
    assert is_told(desk, order)
    assert_books_agree(desk)


@row(32)
@every_seed
def test_a_fill_after_the_cancel_is_booked_and_the_trader_is_told(
    desk: World, seed: int
):
    order = resting(desk)
    desk.cancel(order)
    drive(desk)
    assert fresh(order).state is OrderStatus.CANCELLED
    fill(desk, order, seed + 1)
    drive(desk)
    order = fresh(order)
    assert order.state is OrderStatus.CANCELLED
    assert order.filled_quantity == seed + 1
    assert is_told(desk, order)
    assert_books_agree(desk)


@row(33)
@every_seed
def test_a_bust_takes_a_fill_back_from_order_position_and_books(desk: World, seed: int):
    order = resting(desk)
    told = [fill(desk, order, quantity) for quantity in (seed + 1, 3)]
    desk.sync()
    assert fresh(order).filled_quantity == seed + 4
    by_operator(desk, "bust", execution_id=told[0]["execution_id"])
    drive(desk)
    order = fresh(order)
    assert order.filled_quantity == 3
    assert Fill.objects.get(execution_id=told[0]["execution_id"]).busted_at
    assert positions_here(desk) == {"ACME": Decimal(3)}
    assert_books_agree(desk)


@row(33)
def test_a_correction_replaces_price_and_quantity(desk: World):
    order = resting(desk)
    assert order.limit_price is not None
    told = fill(desk, order, 4)
    desk.sync()
    price = order.limit_price - Decimal("0.50")
    execution = told["execution_id"]
    by_operator(desk, "correct", execution_id=execution, price=str(price), quantity="5")
    drive(desk)
    order = fresh(order)
    assert (order.filled_quantity, order.average_price) == (5, price)
    assert positions_here(desk) == {"ACME": Decimal(5)}
    assert_books_agree(desk)


@row(34)
@every_seed
def test_more_than_was_ordered_is_booked_and_holds_new_risk_in_the_symbol(
    desk: World, seed: int
):
    order = resting(desk)
    fill(desk, order, 10)
    fill(desk, order, seed + 1)
    drive(desk)
    order = fresh(order)
    assert order.state is OrderStatus.FILLED
    assert sum(one.quantity for one in order.fills.all()) == seed + 11
    assert positions_here(desk) == {"ACME": Decimal(seed + 11)}
    assert is_told(desk, order)
    with pytest.raises(NotAllowedError):
        desk.queued()
    run = reconcile(
        desk.account.pk, trigger=RunTrigger.PERSON, requested_by=None, clock=desk.clock
    )
    assert run.result == RunResult.BREAKS
    assert_books_agree(desk)


def bracket(desk: World) -> Order:
    price = (desk.ask() * Decimal("0.97")).quantize(Decimal("0.01"))
    target = (desk.ask() * Decimal("1.20")).quantize(Decimal("0.01"))
    stop = (desk.ask() * Decimal("0.80")).quantize(Decimal("0.01"))
    order = desk.sent(
        type=OrderType.LIMIT,
        limit_price=price,
        order_class=OrderClass.BRACKET,
        stop_loss_price=stop,
        take_profit_price=target,
    )
    assert order.state.is_open
    return order


@row(35)
def test_exits_of_an_entry_that_fills_in_parts_cover_what_is_held(desk: World):
    order = bracket(desk)
    fill(desk, order, 4)
    drive(desk)
    assert positions_here(desk) == {"ACME": Decimal(4)}
    fill(desk, order, 6)
    drive(desk)
    assert fresh(order).state is OrderStatus.FILLED
    exits = [leg for leg in order.legs.all() if leg.state.is_open]
    assert sorted(leg.role for leg in exits) == ["stop", "target"]
    assert {leg.quantity for leg in exits} == {Decimal(10)}
    assert_books_agree(desk)


@row(35)
def test_a_stop_that_the_broker_rejects_raises_the_alarm_of_a_bare_position(
    desk: World,
):
    order = bracket(desk)
    fill(desk, order, 10)
    drive(desk)
    assert "protection" not in {one.family for one in alarms.look(desk.clock).alarms}
    stop = order.legs.get(role="stop")
    by_operator(desk, "reject", order_id=stop.broker_order_id)
    drive(desk)
    assert fresh(stop).state is OrderStatus.REJECTED
    raised = {alarm.family for alarm in alarms.look(desk.clock).alarms}
    assert "protection" in raised
    assert_books_agree(desk)


@row(35)
def test_both_exits_that_fill_leave_the_position_that_the_broker_has(desk: World):
    order = bracket(desk)
    fill(desk, order, 10)
    drive(desk)
    legs = list(order.legs.order_by("role"))
    for leg in legs:
        fill(desk, leg, 10)
    drive(desk)
    assert positions_here(desk) == {"ACME": Decimal(-10)}
    assert_books_agree(desk)


ELSEWHERE = {
    "symbol": "BRIO",
    "side": "buy",
    "type": "market",
    "time_in_force": "day",
    "qty": "7",
}


@row(36)
def test_an_order_placed_elsewhere_is_external_and_positions_agree(desk: World):
    name = f"elsewhere-{desk.exchange.key}"
    body = {**ELSEWHERE, "client_order_id": name}
    desk.exchange.request("POST", "/v2/orders", body)
    assert desk.sync()
    order = Order.objects.get(client_order_id=name)
    assert order.source == OrderSource.EXTERNAL
    assert order.state is OrderStatus.FILLED
    assert positions_here(desk) == positions_there(desk) == {"BRIO": Decimal(7)}
    assert_books_agree(desk)


@row(36)
def test_a_liquidation_by_the_broker_is_booked_within_one_poll(desk: World):
    desk.sent()
    drive(desk)
    assert positions_here(desk) == {"ACME": Decimal(10)}
    desk.exchange.request("DELETE", "/v2/positions?cancel_orders=true")
    later(desk)
    assert desk.sync()
    assert positions_here(desk) == positions_there(desk) == {}
    assert Position.objects.get(symbol="ACME").quantity == 0
    closing = Order.objects.get(source=OrderSource.EXTERNAL)
    assert (closing.side, closing.state) == ("sell", OrderStatus.FILLED)
    assert len(fills_there(desk)) == Fill.objects.count()
