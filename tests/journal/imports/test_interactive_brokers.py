from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from brokers.domain.reports import CashKind
from journal.imports.problems import ImportProblem
from journal.imports.reader import read
from journal.imports.rows import CorporateRow, NamedBy, OptionEvent, OptionRow
from tests.journal.imports.statements import OWN, figures, own


def test_equal_executions_in_one_second_are_both_kept_and_their_order_is_not():
    told = own("ibkr_activity.csv")
    first, second, exchange = told.trades
    assert (first.occurrence, second.occurrence) == (1, 2)
    assert first.row_id != second.row_id
    assert first.at == datetime(2026, 3, 2, 14, 35, 10, tzinfo=UTC)
    assert (first.fees, first.amount) == (Decimal(1), Decimal(-1551))
    assert (exchange.symbol, exchange.named_by) == ("EUR.USD", NamedBy.CURRENCY)
    assert (exchange.quantity, exchange.fees) == (Decimal(1000), Decimal(2))
    assert told.account_hint == "U1234567"


def test_orders_are_taken_where_executions_are_not_listed():
    text = (OWN / "ibkr_activity.csv").read_text()
    orders = "\n".join(
        line for line in text.split("\n") if not line.startswith("Trades,Data,Trade,")
    )
    assert figures(read("orders", orders)) == [("ACME", "buy", "200", "15.5")]


def test_money_of_the_activity_statement_goes_by_its_section():
    told = own("ibkr_activity.csv")
    assert [(row.kind, row.symbol, str(row.amount)) for row in told.cash] == [
        (CashKind.DIVIDEND, "ACME", "50"),
        (CashKind.TAX, "ACME", "-7.5"),
        (CashKind.TRANSFER, "", "5000"),
    ]
    (event,) = (row for row in told.rows if isinstance(row, OptionRow))
    assert (event.symbol, event.event) == ("ACME260320P00015000", OptionEvent.EXPIRED)


def test_a_flex_row_told_twice_is_taken_once_and_one_that_changed_is_a_problem():
    told = own("ibkr_flex.csv")
    assert [row.row_id for row in told.trades] == ["0000a1", "0000a2", "0000a4"]
    assert [(p.line, p.why) for p in told.problems] == [
        (6, "the id of line 4 with other figures"),
        (8, "a cancelled trade: what it takes back is to be seen to"),
    ]
    assert [row.line for row in told.ignored] == [2, 5]


def test_flex_as_xml_says_what_flex_as_csv_says():
    told = own("ibkr_flex.xml")
    as_csv, as_xml = own("ibkr_flex.csv").trades[0], told.trades[0]
    assert (as_csv.row_id, as_csv.at, as_csv.amount) == (
        as_xml.row_id,
        as_xml.at,
        as_xml.amount,
    )
    events = [row for row in told.rows if isinstance(row, OptionRow)]
    assert [(row.symbol, row.event) for row in events] == [
        ("ACME240119C00150000", OptionEvent.EXPIRED)
    ]
    assert [str(row.amount) for row in told.cash] == ["25"]
    assert [row.quantity for row in told.rows if isinstance(row, CorporateRow)] == [100]
    assert [(p.line, p.why) for p in told.problems] == [
        (14, "amount 'lots' is not a number")
    ]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><FlexQueryResponse>&a;</FlexQueryResponse>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname"><FlexQueryResponse/>',
        "<FlexQueryResponse><FlexStatements>",
        '<?xml version="1.0" encoding="utf-16"?><FlexQueryResponse',
    ],
)
def test_xml_that_declares_a_type_or_does_not_end_is_refused(text):
    with pytest.raises(ImportProblem):
        read("flex.xml", text)


def test_transaction_history_reads_dashes_powers_and_the_blank_in_its_header():
    told = own("ibkr_history.csv")
    assert figures(told) == [
        ("ACME", "buy", "10.0", "15.5"),
        ("ACME", "sell", "4.0", "16.0"),
    ]
    assert [(row.kind, row.amount, row.currency) for row in told.cash] == [
        (CashKind.TRANSFER, Decimal("1000.0"), "EUR"),
        (CashKind.INTEREST, Decimal("-0.00026"), "EUR"),
        (CashKind.TAX, Decimal("-1.5"), "EUR"),
    ]
    assert told.account_hint == "U***4567"
