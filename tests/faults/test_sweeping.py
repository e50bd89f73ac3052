"""What the sweeper hands to the workers, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis

from brokers.models import Command
from brokers.orders import commands, sweeping
from brokers.orders.delivery import WORKER
from tests.faults.steps import SUBMIT, send, waited
from tests.world import World
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import valkey


def taken() -> list[int]:
    return [due.pk for due in sweeping.take_due(SYSTEM_CLOCK.now())]


def test_a_command_whose_message_was_lost_is_handed_out(desk: World):
    command = desk.queued()
    waited(command, 3)
    (due,) = sweeping.take_due(SYSTEM_CLOCK.now())
    assert (due.pk, due.kind, due.is_queued) == (command.pk, "submit", True)


def test_one_that_was_queued_a_moment_ago_has_its_own_message(desk: World):
    command = desk.queued()
    assert taken() == []
    waited(command, 3)
    assert taken() == [command.pk]


def test_a_backlog_is_not_handed_out_again_and_again(desk: World):
    waiting = [desk.queued() for _ in range(3)]
    for command in waiting:
        waited(command, 3)
    assert taken() == [command.pk for command in waiting]
    assert taken() == []


def test_it_is_handed_out_again_once_that_may_be_lost_too(desk: World):
    command = desk.queued()
    waited(command, 3)
    assert taken() == [command.pk]
    (mark,) = valkey.client().scan_iter(f"*swept:{command.pk}:*")
    assert 0 < valkey.client().ttl(mark) <= sweeping.HANDED_OUT_FOR.total_seconds()
    valkey.client().delete(mark)
    assert taken() == [command.pk]


def test_what_is_put_off_is_handed_out_when_it_is_due(desk: World):
    """A close that waits for cancels is looked at every second."""
    command = desk.queued()
    waited(command, 3)
    assert taken() == [command.pk]
    commands.postpone(command, SYSTEM_CLOCK.now() + timedelta(hours=1))
    assert taken() == []
    commands.postpone(command, SYSTEM_CLOCK.now() - timedelta(seconds=0.1))
    assert taken() == [command.pk]


def test_an_unknown_outcome_is_looked_up_when_it_is_due(desk: World):
    desk.exchange.add_fault("lost", kind="drop", **SUBMIT)
    command = send(desk, desk.queued())
    commands.look_again(command, due_at=SYSTEM_CLOCK.now(), counted=False)
    (due,) = sweeping.take_due(SYSTEM_CLOCK.now())
    assert (due.pk, due.is_queued) == (command.pk, False)


def test_what_is_settled_is_left_alone(desk: World):
    command = desk.queued()
    waited(command, 3)
    commands.refuse(command, "no", actor=WORKER, now=SYSTEM_CLOCK.now())
    assert taken() == []


def test_all_is_handed_out_where_nobody_remembers(
    desk: World, monkeypatch: pytest.MonkeyPatch
):
    command = desk.queued()
    waited(command, 3)
    nobody = redis.Redis(port=9, socket_connect_timeout=0.2)
    monkeypatch.setattr(valkey, "client", lambda: nobody)
    assert taken() == taken() == [command.pk]
    assert Command.objects.get(pk=command.pk).status == "queued"
