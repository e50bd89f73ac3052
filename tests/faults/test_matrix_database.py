"""Rows 20 to 22: PostgreSQL that goes away, is in the way, or refuses to write."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import psycopg
import pytest
from django.db import (
    DatabaseError,
    InternalError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.utils import CursorWrapper
from structlog.testing import capture_logs

from brokers.domain.orders import CommandStatus, OrderStatus
from brokers.domain.ports import AdapterContext, Trader
from brokers.models import Account, Command, Order
from brokers.orders import submission
from brokers.orders.conflicts import tried_again
from brokers.registry import BROKERS, Broker
from tests.faults.books import assert_books_agree, drive
from tests.faults.rows import row
from tests.faults.steps import fresh, later, send, submission_of
from tests.world import World


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
GONE = (OperationalError, InternalError)


END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
)


def administer(statement: str, *values: object) -> None:
    """As the cluster's owner, from another database."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(statement, values)


def forget_connections() -> None:
    for one in connections.all():
        one.close()
        one.close_pool()


def name() -> str:
    return str(connection.settings_dict["NAME"])


def stop_database() -> None:
    """Nobody gets in any more, and who is in is put out."""
    administer(f'ALTER DATABASE "{name()}" ALLOW_CONNECTIONS false')
    administer(END_SESSIONS, name())


def start_database() -> None:
    administer(f'ALTER DATABASE "{name()}" ALLOW_CONNECTIONS true')
    forget_connections()


def cut_connections() -> None:
    administer(END_SESSIONS, name())


@contextmanager
def after_placing(act: Callable[[], None]) -> Iterator[None]:
    """Something happens once the broker has the order and before we write that down."""
    registry = cast("dict[str, Broker]", BROKERS)
    usual = registry["practice"]

    def build(context: AdapterContext) -> Trader:
        trader = usual.build_trader(context)
        place = trader.place_order

        def place_and_act(*args: object) -> object:
            report = place(*args)  # type: ignore[arg-type]
            act()
            return report

        trader.place_order = place_and_act  # type: ignore[method-assign, assignment]
        return trader

    registry["practice"] = replace(usual, build_trader=build)
    try:
        yield
    finally:
        registry["practice"] = usual


@row(20)
def test_a_database_that_goes_between_send_and_write_leaves_an_order_that_is_found(
    desk: World, monkeypatch: pytest.MonkeyPatch
):
    command = desk.queued()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"]["pool"], "timeout", 1)
    forget_connections()
    with after_placing(stop_database), pytest.raises(GONE):
        submission.send_submission(command.pk, desk.clock)
    start_database()
    order = fresh(command.order)
    assert desk.at_exchange(order) == 1
    assert submission_of(order).state is CommandStatus.SENT
    assert send(desk, command).sends == 1
    later(desk, 15)
    drive(desk)
    assert submission_of(order).state is CommandStatus.CONFIRMED
    assert_books_agree(desk)


@row(20)
def test_a_connection_that_is_cut_between_send_and_write_leaves_it_too(desk: World):
    command = desk.queued()
    with after_placing(cut_connections), pytest.raises(GONE):
        submission.send_submission(command.pk, desk.clock)
    forget_connections()
    later(desk, 15)
    drive(desk)
    command.refresh_from_db()
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    assert_books_agree(desk)


class Holder:
    """Another session that holds the account's row until it is told to let go."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._has = threading.Event()
        self._let_go = threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def take(self) -> None:
        self._thread.start()
        assert self._has.wait(60)

    def let_go(self) -> None:
        self._let_go.set()
        self._thread.join(60)

    def _hold(self) -> None:
        try:
            with transaction.atomic():
                Account.objects.select_for_update().get(pk=self._account.pk)
                self._has.set()
                self._let_go.wait(60)
        finally:
            connection.close()


@contextmanager
def impatient_for_locks() -> Iterator[None]:
    """What the desk's own patience ends in, sooner."""
    options = connection.settings_dict["OPTIONS"]
    ours = options["options"]
    assert "lock_timeout=60s" in ours
    options["options"] = ours.replace("lock_timeout=60s", "lock_timeout=50ms")
    forget_connections()
    try:
        yield
    finally:
        options["options"] = ours
        forget_connections()


@row(21)
def test_a_lock_timeout_before_the_claim_sends_nothing_and_is_driven_again(desk: World):
    command = desk.queued()
    holder = Holder(desk.account)
    with impatient_for_locks():
        holder.take()
        with pytest.raises(OperationalError):
            submission.send_submission(command.pk, desk.clock)
        holder.let_go()
    assert desk.at_exchange(command.order) == 0
    drive(desk)
    assert submission_of(command.order).sends == 1
    assert_books_agree(desk)


@row(21)
def test_a_lock_timeout_after_the_answer_is_tried_a_few_times_and_never_sends_again(
    desk: World,
):
    command = desk.queued()
    holder = Holder(desk.account)
    with impatient_for_locks(), capture_logs() as logs:
        with after_placing(holder.take), pytest.raises(OperationalError):
            submission.send_submission(command.pk, desk.clock)
        holder.let_go()
    met = [one for one in logs if one["event"] == "transaction_conflict"]
    assert [one["kind"] for one in met] == ["lock timeout"] * 3
    later(desk, 15)
    drive(desk)
    command.refresh_from_db()
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    assert_books_agree(desk)


class Crossing:
    """A session that takes the rows in the wrong order: the order's, then, once
    somebody waits for that one, the account's.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._has = threading.Event()
        self._thread = threading.Thread(target=self._cross)

    def take(self) -> None:
        self._thread.start()
        assert self._has.wait(60)

    def end(self) -> None:
        self._thread.join(60)

    def _cross(self) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # The other one finds the deadlock, and is the one to be taken back.
                cursor.execute("SET LOCAL deadlock_timeout = '60s'")
                Order.objects.select_for_update().get(pk=self._order.pk)
                self._has.set()
                self._wait_for_somebody(cursor)
                Account.objects.select_for_update().get(pk=self._order.account_id)
        finally:
            connection.close()

    def _wait_for_somebody(self, cursor: CursorWrapper) -> None:
        """Until a session waits for this one; statement by statement, for a minute."""
        for _ in range(6_000):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")


@row(21)
def test_a_deadlock_takes_the_transaction_back_and_it_is_tried_again(desk: World):
    command = desk.queued()
    crossing = Crossing(Order.objects.get(pk=command.order_id))
    with after_placing(crossing.take), capture_logs() as logs:
        submission.send_submission(command.pk, desk.clock)
    crossing.end()
    met = [one for one in logs if one["event"] == "transaction_conflict"]
    # Either side may be the one that is taken back, and both may be in turn.
    assert {one["kind"] for one in met} == {"deadlock"}
    command.refresh_from_db()
    assert (command.state, command.sends) == (CommandStatus.CONFIRMED, 1)
    drive(desk)
    assert_books_agree(desk)


@row(21)
def test_what_is_no_conflict_is_not_tried_again():
    tries = []

    @tried_again
    def write() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(GONE):
        write()
    forget_connections()
    assert len(tries) == 1


@row(21)
def test_a_serialization_failure_is_tried_again():
    tries = []

    @tried_again
    def write() -> int:
        tries.append(1)
        if len(tries) < 3:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'moved' USING ERRCODE = '40001'; END $$"
                )
        return len(tries)

    assert write() == 3


@contextmanager
def read_only() -> Iterator[None]:
    """As PostgreSQL is once its disk is full and it was told to spare it."""
    administer(f'ALTER DATABASE "{name()}" SET default_transaction_read_only = on')
    forget_connections()
    try:
        yield
    finally:
        administer(f'ALTER DATABASE "{name()}" RESET default_transaction_read_only')
        forget_connections()


@row(22)
def test_a_database_that_takes_no_writes_confirms_nothing_and_sends_nothing(
    desk: World,
):
    drafted = desk.draft()
    grant_id = desk.grant(drafted.digest)
    with read_only(), pytest.raises(DatabaseError, match="read-only"):
        desk.confirm(drafted.order, grant_id=grant_id)
    assert not Command.objects.exists()
    assert fresh(drafted.order).state is OrderStatus.DRAFT
    assert desk.exchange.request("GET", "/v2/orders?status=all") == []
    desk.confirm(drafted.order, grant_id=grant_id)
    drive(desk)
    assert_books_agree(desk)


@row(22)
def test_what_was_confirmed_before_is_not_sent_while_nothing_can_be_written(
    desk: World,
):
    command = desk.queued()
    with read_only(), pytest.raises(DatabaseError, match="read-only"):
        submission.send_submission(command.pk, desk.clock)
    assert desk.at_exchange(Order.objects.get(pk=command.order_id)) == 0
    drive(desk)
    assert submission_of(command.order).sends == 1
    assert_books_agree(desk)
