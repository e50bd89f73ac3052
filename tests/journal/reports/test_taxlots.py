"""The report of a year, from facts alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from brokers.domain.realisedgains import Term
from brokers.domain.reports import CashKind
from brokers.domain.taxlots import LotMethod
from journal.reports.taxlots import tax_year
from journal.reports.taxlots_book import CashMove, TaxBook, day_of
from journal.reports.taxlots_page import cut
from tests.brokers.domain.lots import day, fill


TODAY = date(2026, 12, 1)


def book(*fills, cash=(), methods=None):
    return TaxBook(
        accounts=(), methods=methods or {}, fills=fills, splits=(), cash=cash
    )


def year_of(facts, year=2026, account=1):
    return tax_year(facts, account, year=year, today=TODAY)


WASHED = (
    fill("a", day(1, 5), 100, 10),
    fill("s", day(6, 1), -100, "7.50"),
    fill("b", day(6, 20), 100, 8),
)


def test_no_fills_make_an_empty_year():
    report = year_of(book())
    assert (report.gains, report.open_lots, report.washed) == ([], [], [])
    assert (report.total, report.years) == (0, [2026])


def test_gains_are_sorted_by_term_and_by_year():
    report = year_of(
        book(
            fill("a", day(1, 5, 2024), 30, 10),
            fill("b", day(1, 5), 10, 20),
            fill("x", day(2, 1), -30, 15),
            fill("y", day(3, 1), -10, 18),
            fill("z", day(3, 1, 2025), 5, 5),
        )
    )
    assert (report.long.gain, report.long.rows) == (150, 1)
    assert (report.short.gain, report.short.rows) == (65 - 10, 2)
    assert report.years == [2026]
    assert year_of(book(*WASHED), year=2025).gains == []
    assert len(year_of(book(*WASHED), year=None).gains) == 1


def test_a_wash_sale_shows_the_loss_and_the_adjusted_basis_of_what_replaced_it():
    report = year_of(book(*WASHED))
    assert (report.short.gain, report.disallowed) == (0, 250)
    [wash] = report.washed
    [loss], [taker] = wash.losses, wash.replacements
    assert (loss.disallowed, wash.disallowed) == (250, 250)
    assert (taker.lot.opened_for, taker.basis) == (800, 1050)
    assert taker.lot.held_since < taker.lot.acquired_on
    [lot] = report.open_lots
    assert (lot.basis, lot.each) == (1050, Decimal("10.5"))


def test_a_purchase_in_another_account_washes_and_is_shown_in_both():
    facts = book(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(6, 1), -100, "7.50"),
        fill("b", day(6, 20), 100, 8, account=2),
    )
    here, there = year_of(facts), year_of(facts, account=2)
    assert here.disallowed == 250
    assert [len(one.washed) for one in (here, there)] == [1, 1]
    assert there.gains == []
    assert there.open_lots[0].basis == 1050


def test_each_account_takes_lots_by_its_own_method():
    fills = [
        one
        for account in (1, 2)
        for one in (
            fill(f"a{account}", day(1, 5), 10, 10, account=account),
            fill(f"b{account}", day(1, 6), 10, 14, account=account),
            fill(f"s{account}", day(9, 1), -10, 20, account=account),
        )
    ]
    facts = book(*fills, methods={2: LotMethod.LIFO})
    assert year_of(facts).total == 100
    assert year_of(facts, account=2).total == 60
    assert year_of(facts, account=2).method is LotMethod.LIFO


def test_named_lots_that_do_not_fit_any_more_are_said_and_left_aside():
    facts = book(
        fill("a", day(1, 5), 10, 10),
        fill("s", day(9, 1), -10, 20, picks={"gone": 10}),
        methods={1: LotMethod.SPECIFIC},
    )
    report = year_of(facts)
    assert (report.names_void, report.total) == (True, 100)


def test_what_nobody_knows_counts_in_no_sum():
    report = year_of(
        book(fill("a", day(1, 5), 10, None), fill("s", day(9, 1), -10, 20))
    )
    assert (report.unknown, report.total) == (1, 0)
    assert report.gains[0].gain is None


def test_dividends_and_charges_are_those_of_the_year():
    def move(kind, amount, on):
        return CashMove(
            account_id=1, kind=kind, symbol="", amount=Decimal(amount), on=on, note=""
        )

    cash = [
        move(CashKind.DIVIDEND, 12, day(3, 1)),
        move(CashKind.DIVIDEND, 99, day(3, 1, 2025)),
        move(CashKind.FEE, -3, day(4, 1)),
        move(CashKind.TAX, -2, day(4, 1)),
        move(CashKind.INTEREST, -1, day(4, 1)),
        move(CashKind.TRANSFER, 100_000, day(1, 2)),
    ]
    report = year_of(book(fill("a", day(1, 5), 10, 10, fees=2), cash=cash))
    assert (report.dividends, report.interest, report.charged) == (12, -1, 5)
    assert report.fees == 2
    assert len(report.cash) == 4  # a deposit is neither
    assert report.years == [2026, 2025]


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 1, 0, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2026, 1, 1, 20, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_day_is_the_exchanges_and_a_bare_date_itself(instant, expected):
    assert day_of(instant) == expected


def test_a_long_year_is_cut_to_pages_and_the_sums_stay():
    fills = [
        one
        for number in range(130)
        for one in (
            fill(f"a{number}", day(1, 5), 1, 10),
            fill(f"s{number}", day(9, 1), -1, 11),
        )
    ]
    report = year_of(book(*fills))
    last = cut(report, 99)
    assert (last.number, last.pages, len(last.gains)) == (2, 2, 30)
    assert (last.gain_count, last.report.total) == (130, 130)


def test_terms_of_open_lots_are_those_of_a_sale_today():
    report = year_of(
        book(fill("a", day(12, 1, 2025), 1, 10), fill("b", day(11, 30, 2025), 1, 10))
    )
    assert [one.term for one in report.open_lots] == [Term.LONG, Term.SHORT]
