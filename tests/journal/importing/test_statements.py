"""Statements into the book and out again: our own files, and real ones where present."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.models import Account, Fill, LedgerEntry, Order, Position
from brokers.orders.ledger import cash_of
from journal.importing import fates, reading, running, storing
from journal.importing.reading import Upload
from journal.importing.storing import RowsRefusedError
from journal.imports.mapped import table_of
from journal.models import (
    ColumnMapping,
    Fate,
    ImportState,
    StatementImport,
    StatementRow,
    Trade,
)
from tests import people
from tests.journal.imports.statements import OWN, PUBLISHED
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


pytestmark = pytest.mark.django_db
NAMES = (
    "etrade_2023_preamble.csv",
    "exporttoghostfolio_ibkr-trades-export.csv",
    "exporttoghostfolio_schwab-export.csv",
    "fidelity_2023_brokerage.csv",
    "kapji_schwab_2023_transactions.csv",
    "thinkorswim_2022-06-21-AccountStatement.csv",
)
OURS = sorted(path.name for path in OWN.iterdir())
BOOKED = (Fill, Order, LedgerEntry, Position, Trade, StatementRow)


@pytest.fixture
def alice():
    return people.person("alice")


def content(name: str) -> bytes:
    path = OWN / name if (OWN / name).exists() else PUBLISHED / "statements" / name
    if not path.exists():
        pytest.skip(f"The published {name} is not on this machine.")
    return path.read_bytes()


def preview(user, data: bytes, *, name="file.csv", account=None) -> StatementImport:
    account = account or Account.objects.for_user(user).first()
    upload = Upload(name=name, content=data, account=account, new_account="Statements")
    statement = reading.take(upload, owner=user, now=SYSTEM_CLOCK.now())
    actor = people.actor(user)
    reading.read_rows(statement, actor=actor, now=SYSTEM_CLOCK.now())
    statement.refresh_from_db()
    return statement


def store(user, statement: StatementImport) -> StatementImport:
    running.store_now(
        statement, user=user, actor=people.actor(user), clock=SYSTEM_CLOCK
    )
    statement.refresh_from_db()
    return statement


def leave_out(statement: StatementImport) -> None:
    stopped = statement.rows.filter(fate__in=[Fate.REFUSED, Fate.QUESTION])
    lines = map(str, stopped.values_list("line", flat=True))
    reading.answer(statement, dict.fromkeys(lines, fates.LEAVE))


def undo(user, statement: StatementImport) -> int:
    return running.undo(
        statement, user=user, actor=people.actor(user), clock=SYSTEM_CLOCK
    )


def book() -> dict[str, object]:
    """Everything that an import could move, as plain figures."""
    return {
        "fills": [*Fill.objects.order_by("pk").values_list("pk", "execution_id")],
        "entries": [*LedgerEntry.objects.order_by("pk").values_list("pk", "amount")],
        "orders": Order.objects.count(),
        "positions": [
            *Position.objects.order_by("symbol").values_list("symbol", "quantity")
        ],
        "cash": [cash_of(one) for one in Account.objects.order_by("pk")],
    }


@pytest.mark.parametrize("name", [*OURS, *NAMES])
def test_a_statement_goes_in_once_and_out_without_a_trace(alice, name):
    first = preview(alice, content(name), name=name)
    check_every_row(first)
    leave_out(first)
    if not first.rows.filter(fate=Fate.NEW).exists():
        with pytest.raises(StaleStateError, match="Nothing in this file is new"):
            store(alice, first)
        return
    store(alice, first)
    before = book()
    again = preview(alice, content(name), name=name)
    leave_out(again)
    assert again.counts["fates"].get(Fate.NEW, 0) == 0
    with pytest.raises(StaleStateError, match="Nothing in this file is new"):
        store(alice, again)
    assert book() == before
    undo(alice, first)
    assert [model.__name__ for model in BOOKED[:-1] if model.objects.exists()] == []
    assert not StatementRow.objects.filter(statement=first).exists()
    first.refresh_from_db()
    assert (first.state, first.content) == (ImportState.UNDONE, None)
    with pytest.raises(StaleStateError, match="undone before"):
        undo(alice, first)


def check_every_row(statement: StatementImport) -> None:
    """Each has a fate and, unless it is new, a reason; and nothing is booked."""
    assert statement.state == ImportState.PREVIEW
    assert not Fill.objects.exists()
    told = statement.counts["fates"].values()
    assert sum(told) == statement.rows.count() == statement.counts["rows"]
    assert not statement.rows.exclude(fate=Fate.NEW).filter(why="").exists()


def test_what_was_undone_can_be_imported_again(alice):
    first = preview(alice, content("fidelity.csv"))
    leave_out(first)
    store(alice, first)
    before = book()
    undo(alice, first)
    second = preview(alice, content("fidelity.csv"))
    leave_out(second)
    store(alice, second)
    after = book()
    assert (after["positions"], after["cash"]) == (before["positions"], before["cash"])


def test_undoing_one_import_leaves_the_other_as_it_was(alice):
    first = store(alice, preview(alice, table("2026-03-02,ACME,buy,10,5,id-1")))
    before = book()
    second = store(
        alice,
        preview(
            alice, table("2026-03-03,ACME,sell,4,6,id-2", "2026-03-03,BRIO,buy,1,9,x")
        ),
    )
    assert Position.objects.get(symbol="ACME").quantity == 6
    assert undo(alice, second) == 2
    assert book()["fills"] == before["fills"]
    assert book()["positions"] == before["positions"]
    assert book()["cash"] == before["cash"]
    assert first.state == ImportState.STORED


HEADER = "T/D,Currency,Type,Side,Symbol,Qty,Price,Exec Time,Comm,Account"


def table(*rows: str) -> bytes:
    """A TradeNote file of these `day,symbol,side,quantity,price,time`."""
    lines = [HEADER]
    for row in rows:
        day, symbol, side, quantity, price, *rest = row.split(",")
        at = rest[0] if rest and ":" in rest[0] else ""
        month = f"{day[5:7]}/{day[8:]}/{day[:4]}"
        lines.append(
            f"{month},USD,0,{side[0].upper()},{symbol},{quantity},{price},{at},0,"
        )
    return "\n".join(lines).encode()


def test_equal_fills_of_one_second_are_all_kept(alice):
    row = "2026-03-02,ACME,buy,10,5,10:30:00"
    store(alice, preview(alice, table(row, row)))
    assert Fill.objects.count() == 2
    more = preview(alice, table(row, row, row))
    assert more.counts["fates"] == {"new": 1, "present": 2}
    store(alice, more)
    assert Position.objects.get().quantity == 30


def test_equal_rows_without_a_time_are_asked_about(alice):
    row = "2026-03-02,ACME,buy,10,5"
    statement = preview(alice, table(row, row))
    asked = statement.rows.get(fate=Fate.QUESTION)
    assert asked.line == 3
    assert "line 2" in asked.why
    with pytest.raises(RowsRefusedError, match="written twice"):
        store(alice, statement)
    assert not Fill.objects.exists()
    assert not Account.objects.exists()
    reading.answer(statement, {"3": fates.KEEP})
    store(alice, statement)
    assert Position.objects.get().quantity == 20


def test_a_malformed_row_says_where_and_why_and_nothing_is_stored(alice):
    statement = preview(
        alice, table("2026-03-02,ACME,buy,10,5", "2026-03-03,ACME,buy,ten,5")
    )
    refused = statement.rows.get(fate=Fate.REFUSED)
    assert (refused.line, "'ten' is not a number" in refused.why) == (3, True)
    with pytest.raises(RowsRefusedError, match="1 row cannot be read"):
        store(alice, statement)
    statement.refresh_from_db()
    assert statement.state == ImportState.PREVIEW
    assert not Fill.objects.exists()
    leave_out(statement)
    store(alice, statement)
    left = StatementRow.objects.get(line=3)
    assert left.why.startswith("Left out by you.")
    assert Fill.objects.count() == 1


def test_a_failure_half_way_leaves_nothing(alice, monkeypatch):
    statement = preview(alice, table("2026-03-02,ACME,buy,10,5"))

    def broken(*_args, **_more):
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(storing, "_record", broken)
    with pytest.raises(RuntimeError):
        store(alice, statement)
    statement.refresh_from_db()
    assert statement.state == ImportState.PREVIEW
    assert not Fill.objects.exists()
    assert not Account.objects.exists()


def test_another_currency_is_left_out_and_says_so(alice):
    data = table("2026-03-02,ACME,buy,10,5", "2026-03-02,BRIO,buy,10,5").replace(
        b"USD,0,B,BRIO", b"CHF,0,B,BRIO"
    )
    statement = preview(alice, data)
    left = statement.rows.get(fate=Fate.IGNORED)
    assert left.why == "It is in CHF; this account's book is in USD."


def test_an_unknown_table_waits_for_its_columns_and_is_known_afterwards(alice):
    data = b"Datum;Papier;Was;Zahl;Kurs\n31.03.2026;ACME;buy;1.000;12,50\n"
    assert preview(alice, data).state == ImportState.UNMAPPED
    ColumnMapping.objects.create(
        owner=alice,
        header=table_of(data).fingerprint,
        name="mine",
        columns={
            "day": "datum",
            "symbol": "papier",
            "side": "was",
            "quantity": "zahl",
            "price": "kurs",
        },
        day_format="%d.%m.%Y",
        comma=True,
        changed_at=SYSTEM_CLOCK.now(),
    )
    row = preview(alice, data).rows.get()
    assert (row.symbol, row.quantity, row.price) == ("ACME", 1000, Decimal("12.5"))
    bob = people.person("bob")
    assert preview(bob, data).state == ImportState.UNMAPPED


def test_a_file_that_is_no_statement_says_what_it_is(alice):
    statement = preview(alice, b"PK\x03\x04 and so on")
    assert statement.state == ImportState.FAILED
    assert "a spreadsheet or an archive" in statement.problem


# The micro-cap experiment


def microcap(name: str) -> bytes:
    path: Path = PUBLISHED / "microcap" / name
    if not path.exists():
        pytest.skip("The published micro-cap files are not on this machine.")
    return path.read_bytes()


@pytest.mark.parametrize("daily_first", [True, False])
def test_the_micro_cap_files_end_with_their_known_differences(alice, daily_first):
    order = ["Daily Updates.csv", "Trade Log.csv"]
    for name in order if daily_first else reversed(order):
        statement = preview(alice, microcap(name), name=name)
        if name == "Trade Log.csv":
            assert statement.counts["rows"] == 74
            assert statement.counts["sides"] == {"buy": 35, "sell": 39}
            assert statement.facts["symbols"] == 22
            asked = statement.rows.filter(fate=Fate.QUESTION).order_by("line")
            assert [row.symbol for row in asked] == ["ALDX", "ALDX", "TLSA"]
            leave_out(statement)
        store(alice, statement)
    account = Account.objects.get()
    derived = cash_of(account)
    assert derived is not None
    assert derived.quantize(Decimal("0.01")) == Decimal("82.20")
    standing = {one.kind: one for one in account.breaks.unsettled()}
    assert standing["cash"].difference.quantize(Decimal("0.01")) == Decimal("2.28")
    assert standing["missing_at_broker"].symbol == "FBIO"
    assert len(standing) == 2
    trades = Trade.objects.filter(closed_at__isnull=False)
    assert trades.count() == 25
    assert not trades.filter(r_multiple=None).exists()
    actu = trades.get(symbol="ACTU")
    assert actu.r_multiple == (Decimal("14.22") / Decimal("5.16")).quantize(
        Decimal("0.00000001")
    )
    assert actu.source == "import"


def test_the_daily_updates_undone_take_their_stops_and_breaks_along(alice):
    log = preview(alice, microcap("Trade Log.csv"))
    leave_out(log)
    store(alice, log)
    daily = store(alice, preview(alice, microcap("Daily Updates.csv")))
    account = Account.objects.get()
    assert account.breaks.unsettled().exists()
    undo(alice, daily)
    assert not account.breaks.unsettled().exists()
    assert not Trade.objects.filter(r_multiple__isnull=False).exists()
    assert not LedgerEntry.objects.exists()
    assert Fill.objects.count() == 71


def test_a_break_that_a_person_settled_holds_its_import(alice):
    log = preview(alice, microcap("Trade Log.csv"))
    leave_out(log)
    store(alice, log)
    daily = store(alice, preview(alice, microcap("Daily Updates.csv")))
    cash = Account.objects.get().breaks.get(kind="cash")
    cash.status, cash.resolution = "resolved", "write_off"
    cash.resolved_at, cash.resolved_by = datetime.now(UTC), alice
    cash.save()
    with pytest.raises(StaleStateError, match="settled by a person"):
        undo(alice, daily)
    daily.refresh_from_db()
    assert daily.state == ImportState.STORED
