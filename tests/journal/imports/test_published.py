"""Real statements, where the checkout has them: read whole, or a row says why not."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from journal.imports.formats import Format
from journal.imports.reader import read
from journal.imports.rows import CashRow, CorporateRow, NamedBy, TradeRow
from tests.journal.imports.statements import published


FILES = [
    ("kapji_schwab_2023_transactions.csv", Format.SCHWAB, 6, 1),
    ("exporttoghostfolio_schwab-export.csv", Format.SCHWAB, 43, 64),
    ("exporttoghostfolio_ibkr-trades-export.csv", Format.IBKR_FLEX_CSV, 8, 0),
    ("thinkorswim_2022-06-21-AccountStatement.csv", Format.THINKORSWIM, 83, 0),
    ("etrade_2023_preamble.csv", Format.ETRADE_OLD, 12, 1),
    ("fidelity_2023_brokerage.csv", Format.FIDELITY, 6, 3),
]


@pytest.mark.parametrize(("name", "form", "trades", "cash"), FILES)
def test_a_real_statement_is_read_without_a_problem(name, form, trades, cash):
    told = read(name, published(f"statements/{name}"))
    assert (told.format, told.problems) == (form, ())
    assert (len(told.trades), len(told.cash)) == (trades, cash)
    ids = [row.row_id for row in (*told.trades, *told.cash)]
    assert len(ids) == len(set(ids))


def test_schwabs_money_adds_up_to_what_its_amounts_say():
    content = published("statements/kapji_schwab_2023_transactions.csv")
    told = read("kapji", content)
    for row in told.trades:
        booked = -row.side.sign * row.quantity * row.price - row.fees
        assert abs(booked - row.amount) <= Decimal("0.06")


def test_halves_of_schwabs_mergers_and_changes_of_name_find_each_other():
    content = published("statements/exporttoghostfolio_schwab-export.csv")
    told = read("schwab", content)
    moves = [row for row in told.rows if isinstance(row, CorporateRow)]
    paired = [row for row in moves if row.counterpart]
    assert len(paired) == 8
    assert Counter(row.named_by for row in paired) == {
        NamedBy.TICKER: 4,
        NamedBy.CUSIP: 4,
    }


def test_the_thinkorswim_day_ends_flat_and_keeps_two_equal_fills():
    name = "thinkorswim_2022-06-21-AccountStatement.csv"
    told = read(name, published(f"statements/{name}"))
    assert sum(row.side.sign * row.quantity for row in told.trades) == 0
    assert [row.occurrence for row in told.trades].count(2) == 1
    assert {type(row) for row in told.rows} & {CashRow} == set()
    assert all(isinstance(row, TradeRow) and row.at for row in told.trades)


def test_a_flex_export_without_symbols_names_by_isin():
    name = "exporttoghostfolio_ibkr-trades-export.csv"
    told = read(name, published(f"statements/{name}"))
    assert {row.named_by for row in told.trades} == {NamedBy.ISIN}
    assert len(told.ignored) == 3
