"""The traps of each broker's files, on our own rows under their headers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports.rows import (
    CorporateRow,
    GainRow,
    NamedBy,
    OptionEvent,
    OptionRow,
)
from tests.journal.imports.statements import figures, own


def options(name: str) -> list[tuple[str, OptionEvent, str]]:
    return [
        (row.symbol, row.event, str(row.quantity))
        for row in own(name).rows
        if isinstance(row, OptionRow)
    ]


def money(name: str) -> list[tuple[CashKind, str]]:
    return [(row.kind, str(row.amount)) for row in own(name).cash]


def whys(name: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.why) for problem in own(name).problems]


def test_schwab_reads_signs_thousands_and_options():
    assert figures(own("schwab.csv")) == [
        ("ACME", "buy", "1200", "10.50"),
        ("ACME", "sell", "200", "11.00"),
        ("META240621C00450000", "sell", "2", "3.10"),
        ("SPYX", "buy", "1.6531", "420.10"),
    ]
    assert own("schwab.csv").trades[0].amount == Decimal("-12601.00")
    assert own("schwab.csv").account_hint == "Individual ...1234"
    assert options("schwab.csv") == [
        ("META240621C00450000", OptionEvent.EXPIRED, "2"),
        ("META240621P00440000", OptionEvent.ASSIGNED, "-1"),
    ]


def test_schwab_books_a_split_on_the_day_it_was_true_and_pairs_the_halves():
    moves = [row for row in own("schwab.csv").rows if isinstance(row, CorporateRow)]
    assert [(m.day, m.action, str(m.quantity)) for m in moves] == [
        (date(2024, 7, 12), "stock split", "9"),
        (date(2024, 6, 10), "reverse split", "1"),
        (date(2024, 6, 10), "reverse split", "-100"),
        (date(2024, 6, 4), "journaled shares", "-5"),
    ]
    assert (moves[1].counterpart, moves[2].counterpart) == (10, 9)
    assert moves[2].named_by is NamedBy.CUSIP


def test_schwab_keeps_equal_fees_apart_and_complains_of_what_it_does_not_know():
    fees = [row for row in own("schwab.csv").cash if row.amount == Decimal("-26.58")]
    assert [row.occurrence for row in fees] == [1, 2]
    assert whys("schwab.csv") == [
        (18, "what 'Moonshine' means is not known"),
        (19, "quantity 'ten' is not a number"),
    ]


def test_both_column_orders_of_schwab_say_the_same_trade():
    newer, older = own("schwab.csv").trades[0], own("schwab_older.csv").trades[0]
    assert newer.row_id == older.row_id


def test_schwabs_realised_lots_are_told_and_not_booked_as_trades():
    (lot,) = (r for r in own("schwab_realised.tsv").rows if isinstance(r, GainRow))
    assert (lot.opened, lot.day) == (date(2024, 7, 10), date(2024, 7, 11))
    assert (lot.proceeds - lot.cost, lot.gain) == (Decimal("99.81"), Decimal("99.81"))
    assert own("schwab_realised.tsv").trades == ()


def test_td_ameritrade_tells_sides_by_its_descriptions():
    told = own("td_ameritrade.csv").trades
    assert [(t.symbol, t.side, t.fees, t.row_id) for t in told] == [
        ("ACME", Side.BUY, Decimal("0.00"), "38911234502"),
        ("ACME", Side.SELL, Decimal("0.02"), "38911234503"),
        ("ACME220121C00025000", Side.SELL, Decimal("0.66"), "38911234504"),
    ]
    assert money("td_ameritrade.csv") == [
        (CashKind.TRANSFER, "5000.00"),
        (CashKind.DIVIDEND, "12.00"),
    ]
    assert options("td_ameritrade.csv")[0][1] is OptionEvent.EXPIRED


def test_etrade_reads_both_layouts():
    old, newer = own("etrade_old.csv").trades, own("etrade.csv").trades
    assert old[0].row_id != newer[0].row_id
    assert [t.occurrence for t in old] == [1, 1, 2]
    assert own("etrade_old.csv").account_hint == "####3525"
    assert whys("etrade_old.csv") == [(9, "transactiondate '02/30/23' is not a date")]
    assert [(t.symbol, t.side) for t in newer] == [
        ("ACME", Side.SELL),
        ("ACME", Side.BUY),
        ("ACME250417C00110000", Side.SELL),
    ]
    assert options("etrade.csv") == [
        ("ACME250417C00110000", OptionEvent.EXPIRED, "1.0")
    ]


def test_fidelity_reads_past_its_loose_quotes_and_small_print():
    told = own("fidelity.csv")
    assert told.account_hint == "Individual X00000000"
    assert figures(told) == [
        ("ACME", "sell", "29", "19.7"),
        ("ACME", "buy", "29", "17.2"),
        ("ACME230616C00020000", "sell", "1", "0.5"),
    ]
    assert [str(t.fees) for t in told.trades] == ["0.01", "0", "0.67"]
    assert money("fidelity_newer.csv") == [
        (CashKind.DIVIDEND, "3.11"),
        (CashKind.TAX, "-0.40"),
    ]


def test_robinhood_reads_descriptions_of_two_lines_brackets_and_short_quantities():
    told = own("robinhood.csv")
    bought = told.trades[1]
    assert (bought.line, bought.amount) == (5, Decimal("-1234.56"))
    assert options("robinhood.csv") == [
        ("ACME240119C00150000", OptionEvent.EXPIRED, "-18"),
        ("ACME240119P00140000", OptionEvent.ASSIGNED, "2"),
    ]
    assert all(t.at is None for t in told.trades)
    assert whys("robinhood.csv") == [(11, "what 'ZZZ' means is not known")]


def test_webull_takes_what_was_filled_of_a_cancelled_order_in_its_own_zone():
    winter, summer = own("webull.csv").trades
    assert winter.at == datetime(2024, 1, 16, 14, 30, 1, tzinfo=UTC)
    assert summer.at == datetime(2024, 7, 16, 13, 31, tzinfo=UTC)
    assert (str(winter.price), str(summer.quantity)) == ("187.48", "40")
    assert [row.why for row in own("webull.csv").ignored] == [
        "nothing was filled: cancelled"
    ]
    assert whys("webull.csv") == [(5, "the time zone 'XYZ' is not known")]


def test_generic_layouts_add_their_fees_and_tell_sides_by_letter_or_sign():
    note, vue = own("tradenote.csv"), own("tradervue.csv")
    assert [t.side for t in note.trades] == [Side.BUY, Side.SELL]
    assert note.trades[0].fees == Decimal("1.0230314")
    assert [t.side for t in vue.trades] == [Side.BUY, Side.SELL]
    assert vue.trades[0].at == datetime(2011, 1, 17, 16, 35, 5, tzinfo=UTC)
    assert vue.trades[0].fees == Decimal("1.01")


def test_alpacas_fill_goes_by_the_id_that_the_api_gives():
    told, table = own("alpaca.json"), own("alpaca.csv")
    assert told.trades[0].row_id == "2d7be4ff-d1f3-43e9-856a-0f5cf5c5088e"
    assert told.trades[0].row_id == table.trades[0].row_id
    assert len(told.trades) == 2
    assert money("alpaca.json") == [
        (CashKind.DIVIDEND, "1.02"),
        (CashKind.FEE, "-0.02"),
    ]
    assert options("alpaca.json") == [
        ("ACME240119C00150000", OptionEvent.EXPIRED, "-2")
    ]
    assert [line for line, _ in whys("alpaca.json")] == [8]
