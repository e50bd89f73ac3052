"""Cancels and replaces whose answer says nothing or never comes."""

from __future__ import annotations

import pytest

from brokers.domain.orders import CommandStatus, OrderChange, OrderStatus
from tests.faults.rows import row
from tests.faults.steps import (
    AMBIGUOUS,
    CANCEL,
    REPLACE,
    amend,
    cheaper,
    fresh,
    later,
    page_of,
    resting,
    send,
    settle,
    settle_absent,
    versions_at_exchange,
)
from tests.world import World


SOME = {name: AMBIGUOUS[name] for name in ("answer dropped", "504", "garbage", "hang")}
LIMITED = {"kind": "answer", "status": 429, "retry_after": 3, "moment": "before"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", SOME.values(), ids=SOME.keys())
def test_a_cancel_of_unknown_outcome_is_looked_up(
    desk: World, fault: dict[str, object]
):
    order = resting(desk)
    desk.exchange.add_fault("strike", **fault, **CANCEL)
    command = desk.cancel(order)
    assert command is not None
    assert command.is_unresolved
    assert fresh(order).state.is_open
    assert settle(desk, command).state is CommandStatus.CONFIRMED
    assert fresh(order).state is OrderStatus.CANCELLED


def test_a_cancel_that_never_arrived_is_asked_again(desk: World):
    order = resting(desk)
    desk.exchange.add_fault("strike", kind="drop", moment="before", **CANCEL)
    command = desk.cancel(order)
    assert command is not None
    command = settle(desk, command)
    assert command.state is CommandStatus.QUEUED
    assert send(desk, command).state is CommandStatus.CONFIRMED
    desk.sync()
    assert fresh(order).state is OrderStatus.CANCELLED


@row(10)
def test_a_cancel_is_not_given_up_for_429(desk: World):
    order = resting(desk)
    desk.exchange.add_fault("strike", **LIMITED, **CANCEL)
    command = desk.cancel(order)
    assert command is not None
    assert command.state is CommandStatus.QUEUED
    later(desk, 4)
    assert send(desk, command).state is CommandStatus.CONFIRMED


def test_an_unknown_cancel_is_not_shown_as_refused(desk: World):
    order = resting(desk)
    desk.exchange.add_fault("strike", kind="garbage", moment="before", **CANCEL)
    desk.cancel(order)
    page = page_of(desk, order)
    assert "Unresolved" in page
    assert "Refused" not in page


@row(27)
def test_a_cancel_that_comes_too_late_is_refused_and_the_fill_stands(desk: World):
    order = resting(desk)
    assert order.limit_price is not None
    desk.exchange.set_price("ACME", str(cheaper(order)))
    command = desk.cancel(order)
    desk.exchange.request("POST", "/control/price", {"symbol": "ACME"})
    desk.sync()
    assert fresh(order).state is OrderStatus.FILLED
    assert command is not None
    assert command.state is CommandStatus.REFUSED


@row(28)
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", SOME.values(), ids=SOME.keys())
def test_a_replace_of_unknown_outcome_is_found_by_the_id_of_its_new_version(
    desk: World, fault: dict[str, object]
):
    order = resting(desk)
    price = cheaper(order)
    desk.exchange.add_fault("strike", **fault, **REPLACE)
    command = amend(desk, order, OrderChange(limit_price=price))
    assert command.is_unresolved
    assert settle(desk, command).state is CommandStatus.CONFIRMED
    order = fresh(order)
    assert order.state.is_open
    assert order.limit_price == price
    statuses = sorted(one["status"] for one in versions_at_exchange(desk, order))
    assert statuses == ["new", "replaced"]


@row(29)
def test_a_replace_that_never_arrived_leaves_the_order_as_it_was(desk: World):
    order = resting(desk)
    desk.exchange.add_fault("strike", kind="drop", moment="before", **REPLACE)
    command = amend(desk, order, OrderChange(limit_price=cheaper(order)))
    command = settle_absent(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert "as it was" in command.outcome
    desk.sync()
    assert fresh(order).limit_price == order.limit_price
    assert [one["status"] for one in versions_at_exchange(desk, order)] == ["new"]


@row(28)
def test_a_poll_while_a_replace_is_unknown_takes_up_the_new_version(desk: World):
    order = resting(desk)
    price = cheaper(order)
    desk.exchange.add_fault("strike", kind="drop", **REPLACE)
    command = amend(desk, order, OrderChange(limit_price=price))
    desk.sync()
    assert fresh(order).limit_price == price
    assert fresh(order).state.is_open
    assert settle(desk, command).state is CommandStatus.CONFIRMED


@row(28)
def test_a_cancel_that_crosses_an_unknown_replace_ends_the_new_version(desk: World):
    """Asked under the old id, which the broker no longer cancels."""
    order = resting(desk)
    desk.exchange.add_fault("strike", kind="drop", **REPLACE)
    amend(desk, order, OrderChange(limit_price=cheaper(order)))
    command = desk.cancel(fresh(order))
    assert command is not None
    assert command.state is CommandStatus.QUEUED
    assert send(desk, command).state is CommandStatus.CONFIRMED
    desk.sync()
    assert fresh(order).state is OrderStatus.CANCELLED
    statuses = sorted(one["status"] for one in versions_at_exchange(desk, order))
    assert statuses == ["canceled", "replaced"]
