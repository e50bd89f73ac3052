from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.lotrelief import relieve
from brokers.domain.openlots import UnknownLotError
from brokers.domain.orders import Side
from brokers.domain.realisedgains import Term, realised_gains, term_of
from brokers.domain.taxlots import LotMethod, TaxFill
from tests.brokers.domain.lots import (
    closed,
    day,
    fill,
    first_in_first_out,
    morning,
    split,
    still_open,
)


THREE = (
    fill("a", day(1, 5), 100, 10),
    fill("b", day(2, 5), 100, 14),
    fill("c", day(3, 5), 100, 12),
)


@pytest.mark.parametrize(
    ("method", "taken"),
    [
        (LotMethod.FIFO, [("a", 100, 1000), ("b", 50, 700)]),
        (LotMethod.LIFO, [("b", 50, 700), ("c", 100, 1200)]),
        (LotMethod.HIGHEST_COST, [("b", 100, 1400), ("c", 50, 600)]),
        (LotMethod.AVERAGE, [("a", 100, 1200), ("b", 50, 600)]),
    ],
)
def test_each_method_takes_its_own_lots(method, taken):
    lots = relieve([*THREE, fill("s", day(4, 5), -150, 20)], method=method)
    found = [(lot.lot_id, lot.quantity, lot.opened_for) for lot in closed(lots)]
    assert found == taken
    gains = realised_gains(lots)
    assert sum(row.proceeds for row in gains) == 3000
    assert sum(row.gain for row in gains) == 3000 - sum(cost for *_, cost in taken)
    left = sum(lot.opened_for for lot in still_open(lots))
    assert left + sum(cost for *_, cost in taken) == 3600


def test_specific_lots_are_those_named_and_then_the_oldest():
    sale = fill("s", day(4, 5), -150, 20, picks={"c": 60, "b": 10})
    lots = relieve([*THREE, sale], method=LotMethod.SPECIFIC)
    found = {lot.lot_id: lot.quantity for lot in closed(lots)}
    assert found == {"a": 80, "b": 10, "c": 60}


@pytest.mark.parametrize("picks", [{"z": 1}, {"a": 101}, {"b": 100, "c": 100}])
def test_a_sale_cannot_name_what_is_not_there(picks):
    sale = fill("s", day(4, 5), -150, 20, picks=picks)
    with pytest.raises(UnknownLotError):
        relieve([*THREE, sale], method=LotMethod.SPECIFIC)


def test_fees_make_a_purchase_dearer_and_a_sale_bring_less():
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10, fees=2), fill("s", day(2, 5), -50, 11, fees=1)
    )
    [row] = realised_gains(lots)
    assert (row.cost, row.proceeds, row.gain) == (501, 549, 48)
    assert (row.acquired_on, row.disposed_on) == (day(1, 5), day(2, 5))
    assert (row.term, row.code, row.disallowed) == (Term.SHORT, "", 0)


def test_a_sale_through_zero_opens_a_short_and_shares_its_fees():
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(2, 5), -300, 11, fees=3),
        fill("c", day(3, 5), 200, 9, fees=4),
    )
    long, short = realised_gains(lots)
    assert (long.is_short, long.gain) == (False, 99)
    assert (short.is_short, short.quantity) == (True, 200)
    assert (short.proceeds, short.cost, short.gain) == (2198, 1804, 394)
    assert (short.acquired_on, short.disposed_on) == (day(2, 5), day(3, 5))


def test_a_short_is_never_long_term():
    lots = first_in_first_out(
        fill("s", day(1, 5, 2024), -10, 11), fill("c", day(3, 5), 10, 9)
    )
    assert [row.term for row in realised_gains(lots)] == [Term.SHORT]


def test_accounts_have_lots_of_their_own():
    lots = first_in_first_out(
        fill("a", day(1, 5), 10, 10), fill("s", day(2, 5), -10, 11, account=2)
    )
    assert [lot.is_short for lot in still_open(lots)] == [False, True]


@pytest.mark.parametrize("method", LotMethod)
def test_a_split_keeps_cost_and_days(method):
    fills = [
        fill("a", day(1, 5), 100, 50),
        fill("s", day(1, 6), -40, 60),
        fill("t", day(3, 5), -60, 30),
    ]
    lots = relieve(fills, method=method, splits=[split(day(2, 1), 1, 2)])
    before, after = realised_gains(lots)
    assert (before.quantity, before.gain) == (40, 400)
    assert (after.quantity, after.cost, after.gain) == (60, 1500, 300)
    assert after.acquired_on == day(1, 5)
    [rest] = still_open(lots)
    assert (rest.quantity, rest.opened_for) == (60, 1500)
    assert closed(lots)[0].common_quantity == 80


def test_the_dearest_lot_is_found_across_a_split():
    fills = [
        fill("old", day(1, 5), 10, 50),
        fill("new", day(3, 5), 10, 26),
        fill("s", day(4, 5), -10, 30),
    ]
    splits = [split(day(2, 1), 1, 2)]
    lots = relieve(fills, method=LotMethod.HIGHEST_COST, splits=splits)
    assert [lot.lot_id for lot in closed(lots)] == ["new"]


@pytest.mark.parametrize("method", LotMethod)
def test_an_unknown_cost_makes_no_gain(method):
    opening = replace(fill("a", day(1, 5), 10, None), undated=True)
    lots = relieve([opening, fill("s", day(2, 5), -10, 30)], method=method)
    [row] = realised_gains(lots)
    assert (row.proceeds, row.cost, row.gain) == (300, None, None)
    assert (row.acquired_on, row.term) == (None, None)


@pytest.mark.parametrize(
    ("acquired", "last_short", "first_long"),
    [
        (date(2023, 2, 5), date(2024, 2, 5), date(2024, 2, 6)),
        (date(2023, 2, 28), date(2024, 2, 29), date(2024, 3, 1)),
        (date(2024, 2, 28), date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)),
        (date(2022, 12, 31), date(2023, 12, 31), date(2024, 1, 1)),
    ],
)
def test_long_is_more_than_a_year_from_the_day_after(acquired, last_short, first_long):
    assert term_of(acquired, last_short) is Term.SHORT
    assert term_of(acquired, first_long) is Term.LONG


some_fills = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.sampled_from(Side),
        st.integers(1, 5) | st.decimals("0.01", "5", places=2),
        st.decimals("0.01", "500", places=2),
        st.decimals("0", "2", places=2),
        st.integers(1, 2),
    ),
    max_size=14,
).map(
    lambda rows: [
        TaxFill(
            fill_id=f"f{number:02}",
            account_id=account,
            symbol="ACME",
            side=side,
            quantity=Decimal(quantity),
            price=price,
            fees=fees,
            executed_at=morning(day(1, on)),
            traded_on=day(1, on),
        )
        for number, (on, side, quantity, price, fees, account) in enumerate(rows)
    ]
)


@given(some_fills, st.sampled_from(LotMethod))
def test_gains_and_what_is_open_are_the_cash_that_moved(fills, method):
    lots = relieve(fills, method=method, splits=[split(day(1, 15), 2, 3)])
    gains = sum((row.gain for row in realised_gains(lots)), Decimal(0))
    cost = sum(
        (-lot.opened_for if lot.is_short else lot.opened_for)
        for lot in still_open(lots)
    )
    moved = sum(-one.side.sign * one.quantity * one.price - one.fees for one in fills)
    assert abs(gains - cost - moved) < Decimal("0.005")


@given(some_fills, st.sampled_from(LotMethod), st.randoms())
def test_the_order_in_which_fills_are_told_does_not_matter(fills, method, random):
    lots = relieve(fills, method=method)
    assert all(lot.quantity > 0 for lot in lots)
    random.shuffle(fills)
    assert relieve(fills, method=method) == lots
