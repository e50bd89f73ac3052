"""Workers that pick up the same command, and news that arrives by every way at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from brokers.domain.orders import CommandStatus, OrderStatus
from brokers.models import Command, Fill, Order, Position
from brokers.orders import submission
from brokers.orders.cancel import request_cancel, send_cancel
from brokers.orders.ingest import News, ingest
from brokers.orders.sync import sync_account
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from tests import people
from tests.faults.rows import row
from tests.faults.steps import later, resting
from tests.race.threads import together
from tests.world import World
from tradedesk.audit.models import AuditEntry


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@contextmanager
def posts(
    desk: World, method: str = "POST", path: str = "/v2/orders"
) -> Iterator[list[int]]:
    """How many such requests reached the exchange meanwhile, in a list of one."""
    counter = {"kind": "delay", "probability": 0, "method": method, "path": path}
    desk.exchange.add_fault("count", **counter)
    seen: list[int] = []
    yield seen
    counts = desk.exchange.request("GET", "/control/faults")["counts"]
    seen.append(counts["count"]["matched"])


@row(14)
@row(19)
def test_a_command_that_many_workers_pick_up_is_sent_once(desk: World):
    command = desk.queued()
    with posts(desk) as seen:
        send = partial(submission.send_submission, command.pk, desk.clock)
        together(*[send] * 6)
    assert seen == [1]
    assert desk.at_exchange(Order.objects.get(pk=command.order_id)) == 1
    command.refresh_from_db()
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)


def test_a_cancel_that_many_workers_pick_up_is_asked_once(desk: World):
    order = resting(desk)
    command = request_cancel(
        order.pk, actor=people.actor(desk.user), now=desk.clock.now()
    )
    assert command is not None
    with posts(desk, "DELETE", "/v2/orders/*") as seen:
        together(*[partial(send_cancel, command.pk, desk.clock)] * 4)
    assert seen == [1]


@row(12)
def test_cancelling_from_many_windows_asks_once(desk: World):
    order = resting(desk)
    ask = partial(
        request_cancel, order.pk, actor=people.actor(desk.user), now=desk.clock.now()
    )
    found = {command.pk for command in together(*[ask] * 4) if command}
    assert len(found) == 1


def test_a_send_that_meets_its_own_cancel_ends_in_one_way_or_the_other(desk: World):
    command = desk.queued()
    cancel = partial(
        request_cancel,
        command.order_id,
        actor=people.actor(desk.user),
        now=desk.clock.now(),
    )
    together(partial(submission.send_submission, command.pk, desk.clock), cancel)
    order = Order.objects.get(pk=command.order_id)
    command.refresh_from_db()
    withdrawn = command.state is CommandStatus.REFUSED
    assert desk.at_exchange(order) == (0 if withdrawn else 1)
    assert (order.state is OrderStatus.CANCELLED) == withdrawn


def place_unseen(desk: World) -> Command:
    """Taken and filled by the exchange, while the desk knows nothing of it yet."""
    command = submission._claim(desk.queued().pk, desk.clock.now())
    assert command is not None
    trader = open_trader(command.account.connection)
    trader.place_order(command.client_order_id, command.order.spec())
    return command


@row(23)
def test_news_by_every_way_at_once_is_booked_once(desk: World):
    command = place_unseen(desk)
    reader = open_reader(command.account.connection)
    report, fills = reader.find_order(command.client_order_id), reader.list_fills()
    assert fills
    answer = News(told_by="answer", orders=[report])
    stream = News(told_by="stream", orders=[report], fills=fills)
    account_id, now = desk.account.pk, desk.clock.now()
    later(desk, 15)
    together(
        *[partial(ingest, account_id, answer, now)] * 2,
        *[partial(ingest, account_id, stream, now)] * 3,
        *[partial(sync_account, account_id, desk.clock)] * 2,
        *[partial(submission.settle_submission, command.pk, desk.clock)] * 2,
    )
    order = Order.objects.get(pk=command.order_id)
    assert order.state is OrderStatus.FILLED
    assert sorted(Fill.objects.values_list("execution_id", flat=True)) == sorted(
        fill.execution_id for fill in fills
    )
    assert Position.objects.get(symbol="ACME").quantity == order.filled_quantity == 10
    booked = AuditEntry.objects.filter(action="fill.booked")
    assert booked.count() == len(fills)


def test_many_polls_at_once_find_one_attached_stop(desk: World):
    place_unseen(desk)
    together(*[partial(sync_account, desk.account.pk, desk.clock)] * 5)
    legs = Order.objects.filter(parent__isnull=False)
    assert legs.count() == 1
    assert legs.get().state.is_open
