"""Polling heals: over any outage, past lists that leave things out, never to flat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from brokers.domain.errors import OutcomeUnknown
from brokers.domain.orders import OrderClass, OrderStatus, OrderType
from brokers.domain.reports import FillReport, OrderReport, PositionReport
from brokers.models import Account, Connection, Fill, LedgerEntry, Order, Position
from brokers.orders import ledger
from brokers.orders.reading import FURTHEST, MIDDLE, NEAR, Reach, window_of
from brokers.orders.turns import TurnTaken, turn_of
from brokers.sessions.context import budget_of
from brokers.sessions.reading import open_reader
from brokers.tasks.accounts import due_accounts
from tests import people, world
from tests.emulators.accounts import Accounts
from tests.emulators.readers import Otherwise, reading_through
from tests.world import World
from tradedesk.accounts.models import Role, User
from tradedesk.core.errors import StaleStateError
from tradedesk.notifications.models import Notice
from tradedesk.web import valkey


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with Accounts(tmp_path_factory.mktemp("exchange")).running() as started:
        yield started


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def desk(accounts: Accounts, alice: User) -> Iterator[World]:
    yield world.build(accounts.next(), alice)
    accounts.exchange.clear_faults()


def bought(desk: World) -> Position:
    filled(desk, desk.sent(order_class=OrderClass.SIMPLE))
    position = Position.objects.get(account=desk.account, symbol="ACME")
    assert position.quantity == 10
    return position


def until(desk: World, condition: Callable[[], bool]) -> None:
    """Syncs until it is so; the exchange fills when it ticks, not when it is asked."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert desk.sync()
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("It did not come in time.")


def filled(desk: World, order: Order) -> Order:
    def is_filled() -> bool:
        order.refresh_from_db()
        return order.state is OrderStatus.FILLED

    until(desk, is_filled)
    return order


def account_of(desk: World) -> Account:
    return Account.objects.select_related("connection").get(pk=desk.account.pk)


def assert_no_difference(desk: World) -> None:
    account = account_of(desk)
    reader = open_reader(account.connection)
    told = {one.symbol: one.quantity for one in reader.get_positions()}
    held = Position.objects.filter(account=account).exclude(quantity=0)
    assert {one.symbol: one.quantity for one in held} == told
    cash = reader.get_account().cash
    assert ledger.cash_of(account) == pytest.approx(cash, abs=Decimal("0.01"))


# Positions that are not told


class NoPositions(Otherwise):
    def get_positions(self) -> Sequence[PositionReport]:
        raise OutcomeUnknown("No answer: none came in time.")


class EmptyPositions(Otherwise):
    def get_positions(self) -> Sequence[PositionReport]:
        return []


def test_a_positions_query_that_fails_leaves_everything_stale_and_nothing_flat(
    desk: World,
):
    before = bought(desk)
    figures = account_of(desk)
    with reading_through(NoPositions):
        assert not desk.sync()
    after = Position.objects.get(pk=before.pk)
    assert after.confirmed_quantity == 10
    assert after.broker_told_at == before.broker_told_at
    assert account_of(desk).reported_at == figures.reported_at
    assert Connection.objects.get().state == "unreachable"
    assert desk.sync()
    assert Connection.objects.get().state == "connected"


def test_an_empty_list_of_positions_is_a_difference_and_not_a_fact(desk: World):
    before = bought(desk)
    with reading_through(EmptyPositions):
        assert desk.sync()
        assert desk.sync()
    after = Position.objects.get(pk=before.pk)
    assert after.quantity == after.confirmed_quantity == 10
    assert after.broker_told_at == before.broker_told_at
    notice = Notice.objects.get(user=desk.user, key=f"no-positions:{desk.account.pk}")
    assert notice.severity == "warning"
    assert notice.count == 2


def test_an_empty_list_after_the_last_sale_is_believed(desk: World):
    before = bought(desk)
    desk.exchange.request("DELETE", "/v2/positions?cancel_orders=true")
    until(desk, lambda: not Position.objects.get(pk=before.pk).quantity)
    assert desk.sync()
    after = Position.objects.get(pk=before.pk)
    assert after.quantity == after.broker_quantity == 0
    assert not Notice.objects.filter(key__startswith="no-positions").exists()


# Lists that leave something out


class Forgetful(Otherwise):
    """No list of orders names any order; asked by its id, each is known."""

    def list_orders(self, **_: object) -> Sequence[OrderReport]:
        return []


def test_an_order_that_the_lists_leave_out_is_asked_for_by_its_id(desk: World):
    orders = [
        desk.sent(
            type=OrderType.LIMIT,
            limit_price=Decimal("1.00") + number,
            order_class=OrderClass.SIMPLE,
        )
        for number in range(2)
    ]
    desk.exchange.request("DELETE", f"/v2/orders/{orders[0].broker_order_id}")
    with reading_through(Forgetful):
        assert desk.sync()
    states = [Order.objects.get(pk=one.pk).state for one in orders]
    assert states == [OrderStatus.CANCELLED, OrderStatus.WORKING]


class NoFills(Otherwise):
    def list_fills(self, **_: object) -> Sequence[FillReport]:
        return []


def test_a_fill_in_no_list_is_inferred_and_gives_way_to_the_real_one(desk: World):
    with reading_through(NoFills):
        order = filled(desk, desk.sent(order_class=OrderClass.SIMPLE))
        assert desk.sync()
    inferred = Fill.objects.filter(order=order, busted_at=None)
    assert [one.inferred for one in inferred] == [True]
    assert_no_difference(desk)
    Account.objects.update(synced_at=desk.account.synced_at)
    assert desk.sync()
    standing = Fill.objects.filter(order=order, busted_at=None)
    assert not any(one.inferred for one in standing)
    assert sum(one.quantity for one in standing) == 10
    assert_no_difference(desk)


# Outages, windows, restored backups


def test_the_window_begins_before_the_last_complete_reading_by_the_brokers_clock(
    desk: World,
):
    account = account_of(desk)
    now = desk.clock.now()
    account.opened_at = now - timedelta(days=30)
    account.synced_at = now - timedelta(days=3)
    behind = now - timedelta(minutes=5)
    for broker_now in (now, behind, now + timedelta(hours=2)):
        window = window_of(account, broker_now=broker_now, now=now)
        assert window.orders <= broker_now - timedelta(days=3) - NEAR.orders
        assert window.cash <= window.orders


def test_now_and_then_the_window_reaches_further_back(desk: World):
    account, now = account_of(desk), desk.clock.now()
    account.opened_at = now - timedelta(days=30)
    far, middle = (f"sync-reach:{account.pk}:{one.name}" for one in (FURTHEST, MIDDLE))

    def reach() -> Reach:
        return window_of(account, broker_now=now, now=now).reach

    valkey.client().delete(far, middle)
    assert reach() is FURTHEST
    assert desk.sync()
    assert reach() is NEAR
    valkey.client().delete(middle)
    assert reach() is MIDDLE
    assert desk.sync()
    assert reach() is NEAR
    assert 0 < valkey.client().ttl(middle) <= 60 < valkey.client().ttl(far) <= 3600


def test_a_restored_backup_is_healed_and_no_client_id_is_used_again(desk: World):
    """The database goes back to before two orders that the broker has had since."""
    bought(desk)
    backup = transaction.savepoint()
    lost = filled(desk, desk.sent(order_class=OrderClass.SIMPLE, quantity=Decimal(3)))
    resting = desk.sent(
        type=OrderType.LIMIT, limit_price=Decimal("1.00"), order_class=OrderClass.SIMPLE
    )
    assert desk.sync()
    transaction.savepoint_rollback(backup)
    assert not Order.objects.filter(client_order_id=lost.client_order_id).exists()

    assert desk.sync()
    assert_no_difference(desk)
    again = Order.objects.get(client_order_id=lost.client_order_id)
    assert again.source == "external"
    assert again.state is OrderStatus.FILLED
    known = Order.objects.get(client_order_id=resting.client_order_id)
    assert known.state.is_open

    used = {one.client_order_id for one in desk.exchange.accepted()}
    next_order = desk.sent(order_class=OrderClass.SIMPLE, quantity=Decimal(2))
    assert next_order.client_order_id not in used
    assert desk.at_exchange(next_order) == 1


# Cash


def test_cash_is_booked_once_however_often_it_is_told(desk: World):
    for amount in ("250", "-40"):
        body = {"key": desk.exchange.key, "amount": amount}
        desk.exchange.request("POST", "/control/deposit", body)
    for _ in range(3):
        assert desk.sync()
    booked = LedgerEntry.objects.filter(account=desk.account, before_opening=False)
    amounts = sorted(one.amount for one in booked.filter(kind="cash"))
    assert amounts == [-40, 250]
    assert_no_difference(desk)


def test_an_adjustment_moves_position_and_cash_and_can_be_taken_back(desk: World):
    bought(desk)
    account, actor = account_of(desk), people.actor(desk.user)
    cash = ledger.cash_of(account)
    assert cash is not None
    entry = ledger.book_adjustment(
        account,
        ledger.Adjustment(
            symbol="ACME",
            quantity=Decimal(5),
            price=Decimal(7),
            amount=Decimal(-35),
            note="Five came by transfer",
        ),
        user=desk.user,
        actor=actor,
        now=desk.clock.now(),
    )
    position = Position.objects.get(account=account, symbol="ACME")
    assert position.quantity == 15
    assert ledger.cash_of(account) == cash - 35
    told = {"note": "They did not", "user": desk.user, "actor": actor}
    ledger.reverse(entry, now=desk.clock.now(), **told)
    position.refresh_from_db()
    assert position.quantity == 10
    assert ledger.cash_of(account) == cash
    with pytest.raises(StaleStateError):
        ledger.reverse(entry, now=desk.clock.now(), **told)


# Turns, budgets, rests


def test_one_account_is_read_by_one_process_at_a_time(desk: World):
    """The lock is of the connection, so another thread's stands for a process."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with turn_of(desk.account.pk):
                held.set()
                done.wait(30)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(TurnTaken):
            desk.sync()
    finally:
        done.set()
        other.join()
    assert desk.sync()


def test_a_reading_that_the_budget_cannot_pay_is_not_begun(desk: World):
    budget_of(desk.account.connection).drain(600)
    before = account_of(desk).reported_at
    assert not desk.sync()
    assert account_of(desk).reported_at == before
    assert Connection.objects.get().failures == 0
    valkey.client().delete(budget_of(desk.account.connection).key)
    assert desk.sync()


def test_a_broker_that_does_not_answer_is_asked_less_and_less_often(desk: World):
    with reading_through(NoPositions):
        waits = []
        for _ in range(8):
            asked = desk.clock.now()
            assert not desk.sync()
            row = Connection.objects.get()
            assert row.retry_at is not None
            waits.append((row.retry_at - asked).total_seconds())
    assert row.failures == 8
    assert row.down_since is not None
    assert waits[0] < waits[3] < waits[7] < 120
    assert desk.sync()
    row = Connection.objects.get()
    assert (row.failures, row.retry_at, row.down_since) == (0, None, None)


def test_polls_rest_while_a_connection_does(desk: World):
    now = desk.clock.now()
    Account.objects.update(reported_at=None)
    Connection.objects.update(retry_at=now + timedelta(hours=1))
    assert due_accounts(now) == []
    Connection.objects.update(retry_at=now - timedelta(seconds=1))
    assert due_accounts(now) == [desk.account.pk]
