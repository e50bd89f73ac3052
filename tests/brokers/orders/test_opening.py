"""An account that was traded before the desk knew it starts without a difference."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from brokers.domain.reports import PositionReport
from brokers.models import Account, Fill, LedgerEntry, Order, Position
from brokers.orders import ledger
from brokers.orders.sync import sync_account
from brokers.sessions.connecting import NewConnection, connect
from brokers.sessions.reading import open_reader
from tests import people
from tests.emulators.accounts import Accounts
from tests.emulators.practice import PracticeExchange
from tests.emulators.readers import Otherwise, reading_through
from tradedesk.accounts.models import Role, User
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with Accounts(tmp_path_factory.mktemp("exchange")).running() as started:
        yield started


@pytest.fixture
def elsewhere(accounts: Accounts) -> Iterator[PracticeExchange]:
    """The exchange with an account that somebody trades with another program."""
    exchange = accounts.next()
    yield exchange
    exchange.clear_faults()
    exchange.request("POST", "/control/price", {"symbol": "ACME"})


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


def order(exchange: PracticeExchange, **terms: Any) -> dict[str, Any]:
    body = {
        "symbol": "ACME",
        "side": "buy",
        "qty": "10",
        "type": "market",
        "time_in_force": "day",
        **terms,
    }
    answer = exchange.request("POST", "/v2/orders", body)
    assert "id" in answer, answer
    return cast("dict[str, Any]", answer)


def traded(exchange: PracticeExchange, **terms: Any) -> dict[str, Any]:
    """An order of which at least a part has been filled; all of one at the market."""
    placed = order(exchange, **terms)
    least = Decimal(placed["qty"]) if placed["type"] == "market" else Decimal(1)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = exchange.request("GET", f"/v2/orders/{placed['id']}")
        if Decimal(now["filled_qty"]) >= least:
            return cast("dict[str, Any]", now)
        threading.Event().wait(0.05)
    raise AssertionError(f"Not filled in time: {now}")


def connected(exchange: PracticeExchange, owner: User) -> Account:
    new = NewConnection(
        slug="practice",
        environment="practice",
        label="Practice",
        credentials={"key": exchange.key, "secret": exchange.secret},
        endpoints={
            "trading": exchange.url,
            "data": exchange.url,
            "trade_stream": exchange.stream_url,
            "data_stream": exchange.data_stream_url,
        },
    )
    return connect(new, owner=owner, actor=people.actor(owner), clock=SYSTEM_CLOCK)


def synced(account: Account) -> Account:
    assert sync_account(account.pk, SYSTEM_CLOCK)
    account.refresh_from_db()
    return account


def assert_no_difference(account: Account) -> None:
    """The book by its own sums, against the exchange asked anew."""
    reader = open_reader(account.connection)
    told = {one.symbol: one for one in reader.get_positions()}
    held = Position.objects.filter(account=account).exclude(quantity=0)
    ours = {one.symbol: one for one in held}
    assert ours.keys() == told.keys()
    for symbol, position in ours.items():
        assert position.quantity == told[symbol].quantity
        assert position.average_price == pytest.approx(
            told[symbol].average_price, abs=Decimal("0.0001")
        )
        assert not position.differs
    cash = ledger.cash_of(account)
    assert cash == pytest.approx(reader.get_account().cash, abs=Decimal("0.01"))


def test_holdings_cash_and_working_orders_from_before_make_no_difference(
    elsewhere: PracticeExchange, alice: User
):
    traded(elsewhere)
    traded(elsewhere, symbol="BRIO", side="sell", qty="5")
    traded(elsewhere, qty="3", side="sell")
    resting = order(elsewhere, type="limit", limit_price="1.00", time_in_force="gtc")
    elsewhere.request("POST", "/control/deposit", {"key": elsewhere.key, "amount": "7"})
    account = synced(connected(elsewhere, alice))
    assert_no_difference(account)
    assert Position.objects.get(account=account, symbol="ACME").quantity == 7
    assert Position.objects.get(account=account, symbol="BRIO").quantity == -5
    assert not Fill.objects.filter(account=account).exists()
    adopted = Order.objects.get(account=account)
    assert adopted.broker_order_id == resting["id"]
    assert adopted.source == "external"


def test_the_opening_is_written_down_once(elsewhere: PracticeExchange, alice: User):
    traded(elsewhere)
    account = synced(connected(elsewhere, alice))
    entry = AuditEntry.objects.get(action="account.opened", subject_id=account.pk)
    assert entry.actor_kind == "broker"
    before = list(LedgerEntry.objects.filter(account=account).values_list("pk"))
    synced(account)
    assert list(LedgerEntry.objects.filter(account=account).values_list("pk")) == before
    openings = LedgerEntry.objects.filter(account=account, kind="opening")
    assert {one.symbol for one in openings} == {"", "ACME"}
    assert all(one.held_since is None for one in openings)


def test_what_follows_is_booked_on_top_of_the_opening(
    elsewhere: PracticeExchange, alice: User
):
    traded(elsewhere)
    account = synced(connected(elsewhere, alice))
    traded(elsewhere, qty="4", side="sell")
    elsewhere.request("POST", "/control/deposit", {"key": elsewhere.key, "amount": "9"})
    account = synced(account)
    assert_no_difference(account)
    assert Position.objects.get(account=account, symbol="ACME").quantity == 6
    assert sum(one.quantity for one in Fill.objects.filter(account=account)) == 4
    booked = LedgerEntry.objects.get(account=account, amount=9)
    assert booked.cash_kind == "transfer"
    assert not booked.before_opening


def test_an_order_that_was_filled_in_part_before_counts_each_unit_once(
    elsewhere: PracticeExchange, alice: User
):
    price = {"symbol": "ACME", "price": "50", "size": "4"}
    elsewhere.request("POST", "/control/price", price)
    terms = {"type": "limit", "limit_price": "50.50", "time_in_force": "gtc"}
    partly = traded(elsewhere, qty="1000", **terms)
    account = synced(connected(elsewhere, alice))
    adopted = Order.objects.get(account=account, broker_order_id=partly["id"])
    assert adopted.opening_quantity > 0
    elsewhere.request("DELETE", f"/v2/orders/{partly['id']}")
    account = synced(account)
    assert_no_difference(account)
    adopted.refresh_from_db()
    later = sum(one.quantity for one in adopted.fills.all())
    assert 0 < adopted.filled_quantity == adopted.opening_quantity + later < 1000


class Costless(Otherwise):
    """The broker cannot say what was paid for what is held."""

    def get_positions(self) -> list[PositionReport]:
        held = self.reader.get_positions()
        return [replace(one, average_price=None) for one in held]


def test_an_unknown_cost_stays_unknown_and_the_quantity_counts(
    elsewhere: PracticeExchange, alice: User
):
    traded(elsewhere)
    with reading_through(Costless):
        account = synced(connected(elsewhere, alice))
    position = Position.objects.get(account=account, symbol="ACME")
    assert position.quantity == 10
    assert position.average_price is None
    assert not position.differs
    entry = LedgerEntry.objects.get(account=account, kind="opening", symbol="ACME")
    assert entry.price is None


def test_a_history_of_many_orders_is_not_read(elsewhere: PracticeExchange, alice: User):
    for _ in range(5):
        traded(elsewhere, qty="1")
    account = synced(connected(elsewhere, alice))
    synced(account)
    assert not Order.objects.filter(account=account).exists()


def test_fills_during_the_reading_are_counted_once(
    elsewhere: PracticeExchange, alice: User
):
    """Somebody buys at each question for positions, three times."""
    left = iter([elsewhere] * 3)

    class Restless(Otherwise):
        def get_positions(self) -> list[PositionReport]:
            held = list(self.reader.get_positions())
            if (exchange := next(left, None)) is not None:
                traded(exchange, qty="1")
            return held

    with reading_through(Restless):
        account = synced(connected(elsewhere, alice))
    account = synced(account)
    assert_no_difference(account)
    assert Position.objects.get(account=account, symbol="ACME").quantity == 3


def test_the_book_opens_by_the_brokers_own_clock(
    elsewhere: PracticeExchange, alice: User
):
    account = connected(elsewhere, alice)
    before = open_reader(account.connection).get_clock().now
    account = synced(account)
    after = open_reader(account.connection).get_clock().now
    assert account.opened_at is not None
    assert before - timedelta(seconds=1) <= account.opened_at <= after
