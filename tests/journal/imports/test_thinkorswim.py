from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from brokers.domain.reports import CashKind
from journal.imports.reader import read
from journal.imports.rows import OptionRow
from tests.journal.imports.statements import OWN, figures, own


def test_fills_take_their_fees_from_the_cash_balance_a_second_apart():
    told = own("thinkorswim.csv")
    sold = [row for row in told.trades if row.symbol == "ACME"]
    assert [(row.fees, row.order_id) for row in sold] == [
        (Decimal("0.02"), "1002"),
        (Decimal("0.03"), "1003"),
        (Decimal("1.00"), "1001"),
    ]
    assert [row.amount for row in sold] == [
        Decimal("7549.98"),
        Decimal("7549.97"),
        Decimal("-15026.00"),
    ]
    assert sold[0].at == datetime(2022, 6, 21, 15, 53, 7, tzinfo=UTC)


def test_equal_fills_in_one_second_have_ids_of_their_own():
    one, two = own("thinkorswim.csv").trades[:2]
    assert one.row_id != two.row_id


def test_a_leg_of_a_spread_has_the_time_of_the_line_above_it():
    legs = own("thinkorswim.csv").trades[3:]
    assert [(leg.symbol, leg.side.value, str(leg.price)) for leg in legs] == [
        ("SPY220715C00380000", "sell", "5.10"),
        ("SPY220715C00385000", "buy", "3.85"),
    ]
    assert legs[0].at == legs[1].at


def test_money_comes_from_the_cash_balance_and_masked_money_is_a_problem():
    told = own("thinkorswim.csv")
    assert [(row.kind, str(row.amount)) for row in told.cash] == [
        (CashKind.INTEREST, "-0.95")
    ]
    assert [(problem.line, problem.why) for problem in told.problems] == [
        (9, "no fill of Account Trade History fits, so its fees belong to none"),
        (11, "the amount is masked"),
    ]
    assert [row.symbol for row in told.rows if isinstance(row, OptionRow)] == [
        "SPY220617C00400000"
    ]


def test_without_a_trade_history_the_cash_balance_tells_the_trades():
    text = (OWN / "thinkorswim.csv").read_text().split("Account Trade History")[0]
    assert figures(read("cash", text)) == [
        ("ACME", "buy", "100", "150.25"),
        ("ACME", "sell", "50", "151.00"),
        ("ACME", "sell", "50", "151.00"),
        ("GONE", "sell", "7", "9.00"),
    ]
