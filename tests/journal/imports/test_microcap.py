"""The files of the micro-cap experiment, ours first and the published ones after."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from brokers.domain.orders import Side
from journal.imports import microcap_log, microcap_referee
from journal.imports.cells import Cells, named
from journal.imports.microcap_log import CostBasis
from journal.imports.reader import read
from journal.imports.rows import BalanceRow, HoldingRow, Statement
from journal.imports.text import decoded, records
from tests.journal.imports.statements import own, published


START = Decimal(100)
CENT = Decimal("0.01")


@pytest.fixture
def log() -> Statement:
    return read("Trade Log.csv", published("microcap/Trade Log.csv"))


@pytest.fixture
def daily() -> Statement:
    return read("Daily Updates.csv", published("microcap/Daily Updates.csv"))


def bases(content: bytes) -> Counter[CostBasis | None]:
    first, *rest = records(decoded(content))
    header = [named(cell) for cell in first.cells]
    cells = [
        Cells(
            line=r.line, source=r.source, values=dict(zip(header, r.cells, strict=True))
        )
        for r in rest
    ]
    return Counter(microcap_log.cost_basis(row) for row in cells)


def test_a_repeat_that_the_daily_file_does_not_bear_out_is_surplus():
    log, daily = own("microcap_log.csv"), own("microcap_daily.csv")
    assert [row.line for row in microcap_referee.surplus(log, daily)] == [4]
    (trip,) = microcap_referee.round_trips(
        [row for row in log.trades if row.line in {2, 3, 5}], daily
    )
    # Bought 6 at 5 with a stop at 4, sold 2 at 5.50 and 4 at 4.
    assert (trip.profit, trip.risk, trip.multiple) == (-3, 6, Decimal("-0.5"))


def test_a_trip_without_a_stop_has_no_multiple():
    log = own("microcap_log.csv")
    trades = [row for row in log.trades if row.line in {2, 3, 5}]
    (trip,) = microcap_referee.round_trips(trades, own("tradervue.csv"))
    assert (trip.risk, trip.multiple) == (None, None)


OLDER = (
    "Date,Ticker,Shares,Cost Basis,Stop Loss,Current Price,Total Value,PnL,Action,"
    "Cash Balance,Total Equity"
)
NO_BUY_PRICE = f"{OLDER}\r\n2025-07-01,ACME,6,5.77,4.9,5.7,34.2,-0.42,NO DATA,,\r\n"
BUY_PRICE_LAST = (
    f"{OLDER},Buy Price\n"
    "2025-08-07,ACME,6,34.62,4.9,5.7,34.2,-0.42,MANUAL SELL - why,,,5.77\n"
)


@pytest.mark.parametrize("text", [NO_BUY_PRICE, BUY_PRICE_LAST])
def test_older_exports_of_the_daily_file_are_read(text):
    (row,) = read("daily", text).rows
    assert isinstance(row, HoldingRow)
    assert (row.buy_price, row.cost) == (Decimal("5.77"), Decimal("34.62"))


def test_a_baseline_and_a_file_of_a_header_alone_are_read():
    (row,) = read("base", "Date,Adjusted Value\n2025-06-27,100.5\n").rows
    assert isinstance(row, BalanceRow)
    assert row.equity == Decimal("100.5")
    header = own("microcap_daily.csv").format
    text = (
        "Date,Ticker,Shares,Buy Price,Cost Basis,Stop Loss,Current Price,Total Value,"
        "PnL,Action,Cash Balance,Total Equity\n"
    )
    assert (read("empty", text).rows, read("empty", text).format) == ((), header)


def test_the_published_log_has_its_rows_tickers_and_surplus(log, daily):
    sides = Counter(row.side for row in log.trades)
    assert (len(log.rows), log.problems) == (74, ())
    assert (sides[Side.BUY], sides[Side.SELL]) == (35, 39)
    assert len({row.symbol for row in log.trades}) == 22
    surplus = microcap_referee.surplus(log, daily)
    assert [(row.symbol, row.day) for row in surplus] == [
        ("ALDX", date(2025, 10, 6)),
        ("ALDX", date(2025, 10, 6)),
        ("TLSA", date(2025, 10, 8)),
    ]


def test_the_published_cash_differs_by_a_constant_that_is_shown(log, daily):
    kept = microcap_referee.without(log, microcap_referee.surplus(log, daily))
    derived = microcap_referee.cash_after(START, kept)
    assert derived.quantize(CENT) == Decimal("82.20")
    told = microcap_referee.cash_differences(START, kept, daily)
    later = {d.quantize(CENT) for day, d in told.items() if day >= date(2025, 7, 28)}
    assert later == {Decimal("2.28")}


def test_cost_basis_of_the_published_sells_means_two_things(log):
    found = bases(published("microcap/Trade Log.csv"))
    assert (found[CostBasis.PER_SHARE], found[CostBasis.NEITHER]) == (8, 1)
    assert found[CostBasis.TOTAL] == 30


def test_the_published_daily_file_agrees_with_itself(daily):
    held = [row for row in daily.rows if isinstance(row, HoldingRow)]
    totals = {row.day: row for row in daily.rows if isinstance(row, BalanceRow)}
    actions = Counter(row.action.split(" ")[0] for row in held)
    assert (actions["HOLD"], actions["SELL"], len(totals)) == (378, 7, 125)
    assert date(2025, 11, 4) not in totals
    for day, total in totals.items():
        values = [row.value for row in held if row.day == day and row.action == "HOLD"]
        assert abs(sum(values) - total.value) <= 2 * CENT
        assert abs(total.value + total.cash - total.equity) <= 2 * CENT


def test_multiples_of_the_published_trades_follow_from_the_first_stops(log, daily):
    kept = microcap_referee.without(log, microcap_referee.surplus(log, daily))
    trips = microcap_referee.round_trips(kept, daily)
    found = {(trip.symbol, trip.opened): trip.multiple for trip in trips}
    assert len(trips) == 26
    assert None not in found.values()
    # Bought 6 at 5.75 with a stop at 4.89, sold at 8.12.
    expected = Decimal("14.22") / (6 * Decimal("0.86"))
    assert found["ACTU", date(2025, 7, 21)] == expected
    # Stopped out below its stop: more than one R was lost on the day's own risk.
    assert found["ATYR", date(2025, 8, 14)] < -3
