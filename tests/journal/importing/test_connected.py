"""Accounts that a broker's interface tells of as well: the same fill is stored once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from brokers.domain.orders import (
    OrderClass,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import CashKind, CashReport, FillReport, OrderReport
from brokers.models import (
    Account,
    Connection,
    Fill,
    LedgerEntry,
    LedgerKind,
    Order,
    Position,
)
from brokers.orders import ledger
from brokers.orders.holdings import rebuild
from brokers.orders.ingest import News, ingest
from journal.models import Fate, Trade
from journal.reports.taxlots_book import read_book
from tests import people
from tests.access.imported import HEADER
from tests.journal.importing.test_statements import preview, store, undo
from tradedesk.core.actor import system
from tradedesk.core.clock import SYSTEM_CLOCK


pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
# 10:30:15 in New York, to the microsecond.
FILLED = datetime(2026, 3, 2, 15, 30, 15, 123456, tzinfo=UTC)
EXECUTION = "00000000-0000-4000-8000-000000000001"
ACTOR = system("test")


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def account(alice) -> Account:
    connection = Connection.objects.create(
        owner=alice,
        slug="alpaca",
        environment="paper",
        label="Alpaca",
        credentials="{}",
    )
    return Account.objects.create(
        owner=alice,
        connection=connection,
        broker_account_id="A1",
        number="A1",
        name="Alpaca",
        mode="paper",
        opened_at=OPENED,
    )


def order(broker_id="order-1", filled=Decimal(10)) -> OrderReport:
    return OrderReport(
        broker_order_id=broker_id,
        client_order_id="",
        symbol="ACME",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.SIMPLE,
        status=OrderStatus.FILLED,
        raw_status="filled",
        quantity=Decimal(10),
        notional=None,
        filled_quantity=filled,
        average_price=Decimal(5),
        limit_price=Decimal(6),
        submitted_at=FILLED - timedelta(seconds=3),
        updated_at=FILLED,
    )


def fill(execution=EXECUTION, broker_id="order-1") -> FillReport:
    return FillReport(
        execution_id=execution,
        broker_order_id=broker_id,
        symbol="ACME",
        side=Side.BUY,
        quantity=Decimal(10),
        price=Decimal(5),
        executed_at=FILLED,
    )


def poll(account: Account, *fills: FillReport, orders=None) -> None:
    reports = orders or [order()]
    news = News(told_by="poll", orders=reports, fills=fills)
    ingest(account.pk, news, SYSTEM_CLOCK.now())


def csv(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


TIMED = "03/02/2026,USD,0,B,ACME,10,5,10:30:15,0.25"
DATED = "03/02/2026,USD,0,B,ACME,10,5,,0.25"
BEFORE = "02/02/2026,USD,0,B,ACME,10,4,10:30:15,0"


def activities() -> bytes:
    """The same execution in the broker's own export."""
    told = {
        "activity_type": "FILL",
        "id": f"20260302103015123::{EXECUTION}",
        "transaction_time": FILLED.isoformat(),
        "type": "fill",
        "price": "5",
        "qty": "10",
        "side": "buy",
        "symbol": "ACME",
        "leaves_qty": "0",
        "order_id": "order-1",
        "cum_qty": "10",
        "order_status": "filled",
    }
    return json.dumps([told]).encode()


@pytest.mark.parametrize("data", [csv(TIMED), csv(DATED), activities()])
def test_what_the_broker_told_is_already_there(alice, account, data):
    poll(account, fill())
    statement = preview(alice, data, account=account)
    assert [row.fate for row in statement.rows.all()] == [Fate.PRESENT]


@pytest.mark.parametrize("data", [csv(TIMED), csv(DATED), activities()])
def test_a_fill_told_by_a_file_first_meets_the_brokers_own(alice, account, data):
    statement = store(alice, preview(alice, data, account=account))
    assert Position.objects.get().quantity == 10
    poll(account, fill())
    poll(account, fill())
    row = Fill.objects.get()
    assert (row.execution_id, row.quantity) == (EXECUTION, 10)
    known = Order.objects.get()
    assert (known.status, known.filled_quantity) == ("filled", 10)
    assert Position.objects.get().quantity == 10
    again = preview(alice, data, account=account)
    assert [one.fate for one in again.rows.all()] == [Fate.PRESENT]
    # It is the broker's now: undoing the import leaves it.
    assert row.told_by == "poll"
    assert undo(alice, statement) == 0
    assert Fill.objects.count() == 1


def test_two_equal_fills_of_which_the_broker_told_one_are_two(alice, account):
    poll(account, fill())
    statement = preview(alice, csv(TIMED, TIMED), account=account)
    assert statement.counts["fates"] == {"new": 1, "present": 1}
    store(alice, statement)
    poll(
        account, fill(), fill("another", "order-2"), orders=[order(), order("order-2")]
    )
    assert Fill.objects.count() == 2
    assert Position.objects.get().quantity == 20


def test_a_dividend_told_by_a_file_first_is_booked_once(alice, account):
    schwab = (
        b'"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm",'
        b'"Amount"\n"03/02/2026","Qualified Dividend","ACME","ACME","","","","$4.20"\n'
    )
    store(alice, preview(alice, schwab, account=account))
    told = CashReport(
        activity_id="div-1",
        kind=CashKind.DIVIDEND,
        amount=Decimal("4.20"),
        occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
        symbol="ACME",
    )
    for _ in range(2):
        ledger.book_cash(account, [told], actor=ACTOR, now=SYSTEM_CLOCK.now())
    entry = LedgerEntry.objects.get()
    assert (entry.activity_id, entry.amount) == ("div-1", Decimal("4.20"))
    again = preview(alice, schwab, account=account)
    assert [row.fate for row in again.rows.all()] == [Fate.PRESENT]


def opening(account: Account, quantity: str) -> None:
    LedgerEntry.objects.create(
        owner=account.owner,
        account=account,
        kind=LedgerKind.OPENING,
        symbol="ACME",
        quantity=Decimal(quantity),
        price=Decimal("4.5"),
        effective_at=OPENED,
        booked_at=OPENED,
        told_by="poll",
    )
    rebuild(account, "ACME", actor=ACTOR, now=SYSTEM_CLOCK.now())


def test_history_from_before_the_opening_moves_neither_position_nor_cash(
    alice, account
):
    opening(account, "10")
    before = ledger.cash_of(account)
    statement = store(alice, preview(alice, csv(BEFORE), account=account))
    assert Fill.objects.get().before_opening
    position = Position.objects.get()
    assert (position.quantity, position.average_price) == (10, Decimal("4.5"))
    assert ledger.cash_of(account) == before
    assert undo(alice, statement) == 1
    assert Position.objects.get().quantity == 10


@pytest.mark.parametrize(
    ("held", "sold", "left"), [("10", "10", None), ("25", "10", "15")]
)
def test_the_journal_counts_what_history_explains_of_the_opening_once(
    alice, account, held, sold, left
):
    opening(account, held)
    store(alice, preview(alice, csv(BEFORE), account=account))
    sale = TIMED.replace(",B,", ",S,").replace(",10,5,", f",{sold},5,")
    store(alice, preview(alice, csv(sale), account=account))
    trade = Trade.objects.get(symbol="ACME")
    if left is None:
        # Bought for 40, sold for 50 less 0.25.
        assert (trade.status, trade.net) == ("closed", Decimal("9.75"))
    else:
        assert (trade.status, trade.open_quantity) == ("open", Decimal(left))
    assert Position.objects.get().quantity == Decimal(held) - Decimal(sold)


def test_tax_lots_count_what_history_explains_of_the_opening_once(alice, account):
    opening(account, "25")
    store(alice, preview(alice, csv(BEFORE), account=account))
    bought = sorted((one.quantity, one.price) for one in read_book([account]).fills)
    assert bought == [(10, 4), (15, None)]
