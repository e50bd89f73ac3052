"""Rows 12 to 19: windows, workers and tasks that come twice, die or get lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.urls import reverse
from kombu import pools

from brokers.domain.orders import CommandStatus, OrderStatus
from brokers.models import Command, Order
from brokers.orders import submission
from brokers.orders.drafting import Drafted, Ticket
from brokers.tasks import commands as tasks
from tests import people
from tests.faults.books import assert_books_agree, drive
from tests.faults.processes import DONE, dies_at, ended, in_a_process, started
from tests.faults.rows import row
from tests.faults.steps import (
    fresh,
    later,
    send,
    settle_absent,
    submission_of,
    waited,
)
from tests.world import World
from tradedesk.core.errors import StaleStateError
from tradedesk.core.failpoints import Failpoint
from tradedesk.web.queue import app


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
BEFORE = (Failpoint.SEND_BEFORE_CLAIM, Failpoint.SEND_AFTER_CLAIM)


@row(12)
def test_a_replayed_confirmation_changes_nothing_and_shows_the_order(desk: World):
    drafted = desk.draft()
    grant_id = desk.grant(drafted.digest)
    command = desk.confirm(drafted.order, grant_id=grant_id)
    for _ in range(2):
        with pytest.raises(StaleStateError):
            desk.confirm(drafted.order, grant_id=grant_id)
    drive(desk)
    assert list(Command.objects.values_list("pk", flat=True)) == [command.pk]
    assert_books_agree(desk)


def signed_form(desk: World, drafted: Drafted) -> dict[str, object]:
    """The review's form as a browser sends it, with a code that nobody has used."""
    device = people.chaos_device(desk.user)
    return {
        "digest": drafted.digest,
        "code": people.next_code(device),
        "device": device.persistent_id,
        "acknowledged": list(drafted.order.acknowledged),
    }


@row(12)
def test_the_same_form_posted_twice_by_a_browser_is_one_order_and_leads_to_it(
    desk: World,
):
    drafted = desk.draft()
    browser = people.verified(desk.user)
    form = signed_form(desk, drafted)
    url = reverse("order_confirm", args=[drafted.order.pk])
    answers = [browser.post(url, form) for _ in range(3)]
    assert {one.status_code for one in answers} == {302}
    page = reverse("order", args=[drafted.order.pk])
    assert {one.headers["Location"] for one in answers} == {page}
    assert Command.objects.count() == 1
    drive(desk)
    assert_books_agree(desk)


@row(13)
def test_a_form_that_was_signed_for_another_order_is_409_and_sends_nothing(
    desk: World,
):
    ticket: Ticket = desk.ticket()
    form = signed_form(desk, desk.draft(ticket))
    changed = replace(ticket, spec=replace(ticket.spec, quantity=Decimal(99)))
    drafted = desk.draft(changed)
    url = reverse("order_confirm", args=[drafted.order.pk])
    answer = people.verified(desk.user).post(url, form)
    assert answer.status_code == 409
    assert not Command.objects.exists()
    assert fresh(drafted.order).state is OrderStatus.DRAFT


@row(13)
def test_the_same_key_with_another_body_is_409_and_sends_nothing(desk: World):
    ticket: Ticket = desk.ticket()
    drafted = desk.draft(ticket)
    desk.confirm(drafted.order)
    other = replace(ticket, spec=replace(ticket.spec, quantity=Decimal(99)))
    with pytest.raises(StaleStateError) as refused:
        desk.draft(other)
    assert refused.value.status == 409
    drive(desk)
    assert Order.objects.get(pk=drafted.order.pk).quantity == 10
    assert_books_agree(desk)


@row(14)
def test_processes_that_pick_up_the_same_command_send_it_once(desk: World):
    command = desk.queued()
    children = [started(partial(tasks.send, command.pk)) for _ in range(3)]
    assert {ended(child) for child in children} == {DONE}
    drive(desk)
    assert submission_of(command.order).sends == 1
    assert_books_agree(desk)


@row(15)
@pytest.mark.parametrize("point", BEFORE)
def test_a_worker_killed_before_it_sent_leaves_the_command_to_the_sweeper(
    desk: World, tmp_path: Path, point: Failpoint
):
    command = desk.queued()
    dies_at(point, tmp_path, partial(tasks.send, command.pk))
    assert desk.at_exchange(command.order) == 0
    if point is Failpoint.SEND_AFTER_CLAIM:
        later(desk, 15)
        assert settle_absent(desk, command).state is CommandStatus.QUEUED
    drive(desk)
    assert submission_of(command.order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@row(15)
@pytest.mark.parametrize(
    ("point", "kept"),
    [(Failpoint.CONFIRM_BEFORE_COMMIT, 0), (Failpoint.CONFIRM_AFTER_COMMIT, 1)],
)
def test_a_page_killed_at_its_commit_has_kept_all_or_nothing(
    desk: World, tmp_path: Path, point: Failpoint, kept: int
):
    drafted = desk.draft()
    grant_id = desk.grant(drafted.digest)
    confirm = partial(desk.confirm, drafted.order, grant_id=grant_id)
    dies_at(point, tmp_path, confirm)
    assert Command.objects.count() == kept
    drive(desk)
    assert desk.at_exchange(fresh(drafted.order)) == kept
    assert_books_agree(desk)


@row(16)
def test_a_worker_killed_between_answer_and_row_leaves_an_order_that_is_looked_up(
    desk: World, tmp_path: Path
):
    command = desk.queued()
    point = Failpoint.SEND_AFTER_ANSWER
    dies_at(point, tmp_path, partial(tasks.send, command.pk))
    assert desk.at_exchange(Order.objects.get(pk=command.order_id)) == 1
    assert send(desk, command).state is CommandStatus.SENT
    later(desk, 15)
    drive(desk)
    command.refresh_from_db()
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    assert_books_agree(desk)


@row(16)
@pytest.mark.parametrize(
    "point", [Failpoint.SETTLE_BEFORE_LOOKUP, Failpoint.SETTLE_AFTER_LOOKUP]
)
def test_whoever_looks_up_may_die_too(desk: World, tmp_path: Path, point: Failpoint):
    desk.exchange.add_fault(
        "strike", kind="drop", method="POST", path="/v2/orders", times=1
    )
    order = desk.sent()
    later(desk, 2)
    command = submission_of(order)
    act = partial(submission.settle_submission, command.pk, desk.clock)
    dies_at(point, tmp_path, act)
    assert submission_of(order).is_unresolved
    drive(desk)
    assert submission_of(order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@row(17)
@row(19)
def test_a_task_that_comes_again_after_its_worker_died_does_nothing(
    desk: World, tmp_path: Path
):
    command = desk.queued()
    point = Failpoint.SEND_AFTER_INGEST
    dies_at(point, tmp_path, partial(tasks.send, command.pk))
    command.refresh_from_db()
    assert command.state is CommandStatus.CONFIRMED
    for _ in range(3):
        assert in_a_process(partial(tasks.send, command.pk)) == DONE
        assert in_a_process(partial(tasks.settle, command.pk)) == DONE
    command.refresh_from_db()
    assert command.sends == 1
    drive(desk)
    assert_books_agree(desk)


def waiting_for(command: Command) -> int:
    """How many messages in the real queue ask for this command to be sent."""
    with redis.from_url(settings.REDIS_URL) as valkey:
        messages = [
            message
            for key in valkey.scan_iter(_type="list")
            for message in valkey.lrange(key, 0, -1)
        ]
    return sum(_asks_for(message, command) for message in messages)


def _asks_for(message: bytes, command: Command) -> bool:
    text = message.decode(errors="replace")
    return "brokers.tasks" in text and f"({command.pk}," in text


@row(18)
def test_what_a_flushed_queue_lost_is_asked_for_again(desk: World):
    command = desk.queued()
    assert waiting_for(command) == 1
    with redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushall()
    assert waiting_for(command) == 0
    waited(command, 3)
    tasks.sweep_outbox()
    assert waiting_for(command) == 1
    drive(desk)
    assert submission_of(command.order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@contextmanager
def no_queue() -> Iterator[None]:
    """Nothing listens where the queue was."""
    usual = app.conf.broker_write_url
    _point_at("redis://127.0.0.1:9/0")
    try:
        yield
    finally:
        _point_at(usual)


def _point_at(url: str) -> None:
    """As a process would be that starts with this address."""
    app.conf.broker_url = app.conf.broker_write_url = url
    pools.reset()
    app._after_fork()


@row(18)
def test_confirming_works_while_the_queue_does_not_answer(desk: World):
    with no_queue():
        command = desk.queued()
    assert waiting_for(command) == 0
    waited(command, 3)
    tasks.sweep_outbox()
    assert waiting_for(command) == 1
    drive(desk)
    assert submission_of(command.order).state is CommandStatus.CONFIRMED
    assert fresh(command.order).state is OrderStatus.FILLED
    assert_books_agree(desk)


def test_a_process_that_is_killed_is_told_from_one_that_ends():
    assert in_a_process(lambda: None) == DONE
    assert in_a_process(lambda: os.kill(os.getpid(), signal.SIGKILL)) == -9
