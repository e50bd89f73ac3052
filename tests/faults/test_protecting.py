"""Exits put in the place of those that work, at a real exchange."""

from __future__ import annotations

import uuid
from decimal import Decimal

from brokers.domain.orders import IN_FLIGHT, OrderChange, OrderStatus
from brokers.models import Command, Order
from brokers.orders.protecting import NewExit, place_exit, protection_of
from brokers.orders.replacing import replace_exits
from tests import people
from tests.faults.books import assert_books_agree
from tests.faults.steps import amend, fresh, send, submission_of
from tests.faults.test_closing import close, is_flat, work_on
from tests.faults.test_reversing import held, long_position
from tests.world import World


def at(desk: World, share: str) -> Decimal:
    return (desk.ask() * Decimal(share)).quantize(Decimal("0.01"))


def replace_by(desk: World, new: NewExit) -> Command:
    """What works for the position is to give way to this; nothing is sent yet."""
    return replace_exits(
        protection_of(held(desk)),
        new,
        user=desk.user,
        actor=people.actor(desk.user),
        now=desk.clock.now(),
    )


def replace_by_pair(desk: World) -> Order:
    """The stop of a position is to give way to a stop and a target."""
    price, target = at(desk, "0.96"), at(desk, "1.3")
    new = NewExit(intent_key=uuid.uuid4(), price=price, target=target)
    return replace_by(desk, new).order


def pair(desk: World) -> Order:
    """The stop of a position replaced by a stop and a target."""
    long_position(desk)
    order = replace_by_pair(desk)
    work_on(desk)
    return fresh(order)


def test_a_stop_gives_way_to_a_stop_and_a_target(desk: World):
    order = pair(desk)
    assert order.state.is_open
    assert order.legs.get().state.is_open
    assert not Command.objects.filter(status__in=IN_FLIGHT).exists()
    protection = protection_of(held(desk))
    assert protection.bare == 0
    assert (len(protection.stops), len(protection.targets)) == (1, 1)
    assert_books_agree(desk)


def test_the_stop_of_a_pair_moves_beside_its_target(desk: World):
    leg = pair(desk).legs.get()
    price = at(desk, "0.97")
    command = amend(desk, leg, OrderChange(stop_price=price))
    assert command.status == "confirmed", command.outcome
    work_on(desk)
    assert fresh(leg).stop_price == price


def test_a_pair_is_cancelled_for_a_close(desk: World):
    order = pair(desk)
    command = close(desk)
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert fresh(order).state is OrderStatus.CANCELLED
    assert is_flat(desk)


def test_the_new_exit_waits_for_the_end_of_the_old(desk: World):
    entry = long_position(desk)
    new = NewExit(intent_key=uuid.uuid4(), trail_percent=Decimal(3))
    command = replace_by(desk, new)
    assert send(desk, command).status == "queued"
    work_on(desk)
    assert fresh(command.order).state.is_open
    assert entry.legs.get().state is OrderStatus.CANCELLED


def test_what_has_no_stop_gets_one_that_trails(desk: World):
    stop = long_position(desk).legs.get()
    desk.cancel(stop)
    desk.sync()
    new = NewExit(intent_key=uuid.uuid4(), trail_price=Decimal("1.50"))
    command = place_exit(
        protection_of(held(desk)),
        new,
        user=desk.user,
        actor=people.actor(desk.user),
        clock=desk.clock,
    )
    send(desk, command)
    assert fresh(command.order).state.is_open
    assert submission_of(command.order).grant_id is None
