"""The comparison as a function: its vector, its tolerances, and what never matters."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.breaks import BreakKind, BreakSeverity
from brokers.domain.reports import CashKind
from brokers.reconciliation.compare import compare, tolerated
from brokers.reconciliation.sides import (
    ActivityRow,
    BookSide,
    BrokerSide,
    FillRow,
    HoldingRow,
    OrderRow,
)
from brokers.reconciliation.sources import Source
from brokers.reconciliation.tolerances import DEFAULT, Tolerances


VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "vectors.json"
D = Decimal
MIRRORED = {
    BreakKind.MISSING_AT_BROKER: BreakKind.MISSING_LOCALLY,
    BreakKind.MISSING_LOCALLY: BreakKind.MISSING_AT_BROKER,
    BreakKind.UNMATCHED_FILL_OURS: BreakKind.UNMATCHED_FILL_THEIRS,
    BreakKind.UNMATCHED_FILL_THEIRS: BreakKind.UNMATCHED_FILL_OURS,
}


def holdings(rows: list[list[Any]]) -> dict[str, HoldingRow]:
    return {
        symbol: HoldingRow(D(str(quantity)), D(str(price)))
        for symbol, quantity, price in rows
    }


def book(**parts: Any) -> BookSide:
    return BookSide(**parts)


def broker(**parts: Any) -> BrokerSide:
    return BrokerSide(**parts)


def held(symbol: str, quantity: str, price: str | None = "10") -> dict[str, HoldingRow]:
    return {symbol: HoldingRow(D(quantity), None if price is None else D(price))}


def of_positions(
    ours: dict[str, HoldingRow], theirs: dict[str, HoldingRow]
) -> list[BreakKind]:
    return [one.kind for one in compare(book(positions=ours), broker(positions=theirs))]


# The vector


@pytest.fixture(scope="module")
def vector() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("The worked numbers are not in this checkout.")
    return json.loads(VECTORS.read_text())["recon"]


def sides_of(
    vector: dict[str, Any], random: Random | None = None
) -> tuple[BookSide, BrokerSide]:
    local, told = (list(vector[name]["positions"]) for name in ("local", "broker"))
    if random is not None:
        random.shuffle(local)
        random.shuffle(told)
    return (
        book(positions=holdings(local), cash=D(str(vector["local"]["cash"]))),
        broker(positions=holdings(told), cash=D(str(vector["broker"]["cash"]))),
    )


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4, 5])
def test_the_vector_gives_exactly_its_five_breaks_critical_first(vector, seed):
    found = compare(*sides_of(vector, None if seed is None else Random(seed)))
    assert [(one.kind, one.subject, one.difference, one.money) for one in found] == [
        (BreakKind.MISSING_AT_BROKER, "TSLA", D(10), D(2000)),
        (BreakKind.MISSING_LOCALLY, "NVDA", D(5), D(2000)),
        (BreakKind.QTY_MISMATCH, "AAPL", D(-10), D(-1500)),
        (BreakKind.CASH, "", D("-12.65"), D("-12.65")),
        (BreakKind.COST_BASIS, "MSFT", D("1.1"), D(55)),
    ]
    assert {(one.kind.name, one.symbol) for one in found} == {
        (one["type"], one.get("symbol", "")) for one in vector["breaks"]
    }
    severities = [one.severity for one in found]
    assert severities == sorted(severities, key=list(BreakSeverity).index)


# Tolerances: equal to one is within it, the smallest step beyond is not


@pytest.mark.parametrize(
    ("ours", "theirs", "breaks"),
    [
        ("1", "1.000001", 0),
        ("1", "1.0000011", 1),
        ("1", "2", 1),
        ("0", "0.000001", 0),
        ("0", "0.000002", 1),
    ],
)
def test_quantities_agree_within_a_millionth(ours, theirs, breaks):
    assert len(of_positions(held("ACME", ours), held("ACME", theirs))) == breaks


@pytest.mark.parametrize(
    ("ours", "theirs", "breaks"),
    [
        ("5", "5.01", 0),
        ("5", "5.010001", 1),
        ("1000", "1001", 0),
        ("1000", "1001.002", 1),
        ("300", "301.10", 1),
    ],
)
def test_average_prices_agree_within_a_cent_or_a_thousandth(ours, theirs, breaks):
    found = of_positions(held("ACME", "10", ours), held("ACME", "10", theirs))
    assert found == [BreakKind.COST_BASIS] * breaks


@pytest.mark.parametrize(
    ("theirs", "breaks"), [("100.01", 0), ("99.99", 0), ("100.02", 1), ("99.98", 1)]
)
def test_cash_agrees_within_a_cent(theirs, breaks):
    sides = book(cash=D(100)), broker(cash=D(theirs))
    assert len(compare(*sides)) == breaks
    assert len(tolerated(*sides)) == 1 - breaks


@pytest.mark.parametrize(("theirs", "breaks"), [("-1.05", 0), ("-1.06", 1)])
def test_a_fee_agrees_within_five_cents(theirs, breaks):
    ours = {"a": ActivityRow(CashKind.FEE, D(-1))}
    told = {"a": ActivityRow(CashKind.FEE, D(theirs))}
    found = compare(book(activities=ours), broker(activities=told))
    assert [one.kind for one in found] == [BreakKind.FEE] * breaks


def test_tolerances_are_the_callers():
    strict = Tolerances(cash=D(0))
    assert len(compare(book(cash=D(1)), broker(cash=D("1.001")), strict)) == 1


def test_what_was_paid_may_be_unknown_and_is_then_no_difference():
    assert of_positions(held("ACME", "10", None), held("ACME", "10")) == []


# Positions


def test_opposite_signs_are_a_side_mismatch_and_nothing_else():
    (found,) = compare(
        book(positions=held("ACME", "10")), broker(positions=held("ACME", "-10"))
    )
    assert (found.kind, found.severity) == (
        BreakKind.SIDE_MISMATCH,
        BreakSeverity.CRITICAL,
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "ratio"),
    [
        (("10", "60"), ("20", "30"), "2:1"),
        (("10", "60"), ("30", "20"), "3:1"),
        (("10", "60"), ("100", "6"), "10:1"),
        (("10", "60"), ("15", "40"), "3:2"),
        (("100", "6"), ("10", "60"), "1:10"),
        (("-10", "60"), ("-20", "30"), "2:1"),
    ],
)
def test_a_split_is_suspected_and_not_told_as_a_quantity(ours, theirs, ratio):
    (found,) = compare(
        book(positions=held("ACME", *ours)), broker(positions=held("ACME", *theirs))
    )
    assert found.kind is BreakKind.CORPORATE_ACTION
    assert found.severity is BreakSeverity.MAJOR
    assert ratio in found.cause


def test_half_of_a_holding_at_the_same_price_stays_critical():
    (found,) = compare(
        book(positions=held("ACME", "10")), broker(positions=held("ACME", "5"))
    )
    assert found.kind is BreakKind.CORPORATE_ACTION
    assert found.severity is BreakSeverity.CRITICAL


def test_a_changed_symbol_is_one_suspicion_and_not_two_missing_holdings():
    (found,) = compare(
        book(positions=held("OLD", "7")), broker(positions=held("NEW", "7"))
    )
    assert (found.kind, found.subject) == (BreakKind.CORPORATE_ACTION, "OLD>NEW")


def test_two_candidates_for_a_changed_symbol_are_no_suspicion():
    ours, theirs = held("OLD", "7"), held("NEW", "7") | held("ALSO", "7")
    assert of_positions(ours, theirs) == [
        BreakKind.MISSING_AT_BROKER,
        BreakKind.MISSING_LOCALLY,
        BreakKind.MISSING_LOCALLY,
    ]


# Fills


def fill(order: str = "o1", quantity: str = "5", price: str = "10") -> FillRow:
    return FillRow(order, "ACME", D(quantity), D(price), "2026-01-05T15:00:00+00:00")


def order(status: str = "filled", filled: str = "5", quantity: str = "5") -> OrderRow:
    return OrderRow(status, D(filled), D(quantity), "ACME")


def test_a_fill_that_only_one_side_has_is_told_once_and_not_as_its_order_too():
    ours = book(fills={}, orders={"o1": order("working", "0")})
    theirs = broker(fills={"e1": fill()}, orders={"o1": order("working", "5")})
    assert [one.kind for one in compare(ours, theirs)] == [
        BreakKind.UNMATCHED_FILL_THEIRS
    ]


def test_a_fill_with_another_price_is_a_fill_that_does_not_match():
    ours, theirs = book(fills={"e1": fill()}), broker(fills={"e1": fill(price="11")})
    (found,) = compare(ours, theirs)
    assert (found.kind, found.money) == (BreakKind.UNMATCHED_FILL_THEIRS, D(5))


def test_an_execution_listed_twice_is_a_duplicate_whether_booked_or_not():
    theirs = broker(fills={"e1": fill(), "e2": fill()}, orders={"o1": order()})
    for mine in ({"e1": fill()}, {"e1": fill(), "e2": fill()}):
        booked = order(filled=str(5 * len(mine)))
        found = compare(book(fills=mine, orders={"o1": booked}), theirs)
        duplicates = [one for one in found if one.kind is BreakKind.DUPLICATE_FILL]
        assert [one.subject for one in duplicates] == ["e2"]
        assert BreakKind.UNMATCHED_FILL_THEIRS not in {one.kind for one in found}


def test_two_equal_executions_that_the_order_accounts_for_are_no_duplicate():
    rows = {"e1": fill(), "e2": fill()}
    orders = {"o1": order(filled="10", quantity="10")}
    assert (
        compare(book(fills=rows, orders=orders), broker(fills=rows, orders=orders))
        == []
    )


def test_an_overfill_is_a_break_though_both_sides_agree():
    orders = {"o1": order(filled="8", quantity="5")}
    (found,) = compare(book(orders=orders), broker(orders=orders))
    assert (found.kind, found.difference) == (BreakKind.OVERFILL, D(3))


def test_what_was_inferred_and_never_told_is_minor():
    ours = book(fills={"inferred:o1:5": fill()._replace(inferred=True)})
    (found,) = compare(ours, broker(fills={}))
    assert (found.kind, found.severity) == (
        BreakKind.UNMATCHED_FILL_OURS,
        BreakSeverity.MINOR,
    )


# Orders


@pytest.mark.parametrize(
    ("mine", "told", "severity"),
    [
        ("working", "cancelled", BreakSeverity.MAJOR),
        ("cancelled", "working", BreakSeverity.CRITICAL),
        (None, "working", BreakSeverity.CRITICAL),
        ("working", None, BreakSeverity.MAJOR),
        (None, "cancelled", BreakSeverity.MAJOR),
    ],
)
def test_an_order_open_on_one_side_only_is_a_break(mine, told, severity):
    ours = {} if mine is None else {"o1": order(mine, "0")}
    theirs = {} if told is None else {"o1": order(told, "0")}
    (found,) = compare(book(orders=ours), broker(orders=theirs))
    assert (found.kind, found.severity) == (BreakKind.ORDER_STATE, severity)


@pytest.mark.parametrize(
    ("mine", "told"),
    [("submitted", "working"), ("expired", "cancelled"), ("working", "")],
)
def test_words_of_the_same_meaning_are_no_break(mine, told):
    ours, theirs = {"o1": order(mine, "0")}, {"o1": order(told, "0")}
    assert compare(book(orders=ours), broker(orders=theirs)) == []


def test_a_cumulative_quantity_that_no_fill_accounts_for_is_a_break():
    ours, theirs = {"o1": order("filled", "4")}, {"o1": order("filled", "5")}
    (found,) = compare(book(orders=ours), broker(orders=theirs))
    assert (found.kind, found.difference) == (BreakKind.ORDER_STATE, D(1))


def test_versions_of_an_amended_order_are_not_counted_against_each_other():
    ours = {"o1": order("filled")._replace(filled=None)}
    assert compare(book(orders=ours), broker(orders={"o1": order("filled", "2")})) == []


def test_an_order_that_ended_here_may_be_older_than_the_brokers_list():
    assert compare(book(orders={"o1": order("filled")}), broker(orders={})) == []


# Cash activities


def test_a_cash_movement_on_one_side_only_is_a_break_whatever_its_amount():
    row = {"a": ActivityRow(CashKind.TRANSFER, D("0.001"))}
    for sides in (
        (book(activities=row), broker(activities={})),
        (book(activities={}), broker(activities=row)),
    ):
        assert [one.kind for one in compare(*sides)] == [BreakKind.CASH]


# Sources


@pytest.mark.parametrize("source", list(Source))
def test_a_source_without_an_answer_is_critical_and_nothing_is_concluded(source):
    theirs = broker(failures={source: "503 Service Unavailable"})
    ours = book(positions=held("ACME", "1"), cash=D(1), orders={"o1": order("working")})
    (found,) = compare(ours, theirs)
    assert (found.kind, found.subject) == (BreakKind.NOT_RECONCILED, source.value)


def test_an_old_answer_is_stale_and_critical():
    (found,) = compare(book(), broker(stale={Source.CASH: "an hour old"}))
    assert (found.kind, found.severity) == (
        BreakKind.STALE_DATA,
        BreakSeverity.CRITICAL,
    )


# Properties


figures = st.decimals(-1000, 1000, places=3)
prices = st.decimals("0.001", 1000, places=3)
symbols = st.sampled_from(["AAPL", "MSFT", "TSLA", "NVDA", "ACME"])
rows = st.dictionaries(symbols, st.builds(HoldingRow, figures, st.none() | prices))
fills = st.dictionaries(
    st.sampled_from([f"e{n}" for n in range(6)]),
    st.builds(FillRow, st.sampled_from(["o1", "o2"]), symbols, figures, prices),
)
orders = st.dictionaries(
    st.sampled_from([f"o{n}" for n in range(4)]),
    st.builds(
        OrderRow,
        st.sampled_from(["working", "filled", "cancelled", "partially_filled"]),
        st.decimals(0, 5, places=1),
        st.just(D(10)),
        symbols,
    ),
)
activities = st.dictionaries(
    st.sampled_from(["a1", "a2", "a3"]),
    st.builds(ActivityRow, st.sampled_from(CashKind), figures),
)
parts = st.fixed_dictionaries(
    {
        "orders": orders,
        "fills": fills,
        "positions": rows,
        "activities": activities,
        "cash": figures,
    }
)
PARTS = ("orders", "fills", "positions", "activities")


def shuffled(parts: dict[str, Any], random: Random) -> dict[str, Any]:
    mixed = dict(parts)
    for name in PARTS:
        items = list(parts[name].items())
        random.shuffle(items)
        mixed[name] = dict(items)
    return mixed


@given(parts, parts, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(ours, theirs, random):
    plain = compare(book(**ours), broker(**theirs))
    mixed = compare(book(**shuffled(ours, random)), broker(**shuffled(theirs, random)))
    assert plain == mixed


@given(parts)
def test_a_side_against_itself_has_no_difference(same):
    same = {**same, "fills": {}}  # executions must fit their orders: told elsewhere
    assert compare(book(**same), broker(**same)) == []
    assert tolerated(book(**same), broker(**same)) == []


@given(rows, rows, figures, figures, activities, activities)
def test_the_two_sides_mirror_each_other(ours, theirs, mine, told, here, there):
    one = compare(
        book(positions=ours, cash=mine, activities=here),
        broker(positions=theirs, cash=told, activities=there),
    )
    other = compare(
        book(positions=theirs, cash=told, activities=there),
        broker(positions=ours, cash=mine, activities=here),
    )

    def turned(found):
        back = ">".join(reversed(found.subject.split(">")))
        return MIRRORED.get(found.kind, found.kind), back, -(found.difference or 0)

    assert sorted(map(turned, one)) == sorted(
        (found.kind, found.subject, found.difference or 0) for found in other
    )


@given(fills, fills)
def test_fills_mirror_each_other(ours, theirs):
    one = compare(book(fills=ours), broker(fills=theirs))
    other = compare(book(fills=theirs), broker(fills=ours))
    on_one_side = {
        (MIRRORED[found.kind], found.subject) for found in one if not found.ours
    } | {(MIRRORED[found.kind], found.subject) for found in one if not found.theirs}
    assert on_one_side == {
        (found.kind, found.subject)
        for found in other
        if not (found.ours and found.theirs)
    }


@given(parts, parts)
def test_every_difference_has_a_key_of_its_own(ours, theirs):
    keys = [one.key for one in compare(book(**ours), broker(**theirs))]
    assert len(keys) == len(set(keys))


@given(parts, parts, st.sampled_from(PARTS))
def test_a_part_that_was_not_read_is_never_told_of(ours, theirs, name):
    kinds = {
        "orders": {BreakKind.ORDER_STATE, BreakKind.OVERFILL, BreakKind.DUPLICATE_FILL},
        "fills": {
            BreakKind.UNMATCHED_FILL_OURS,
            BreakKind.UNMATCHED_FILL_THEIRS,
            BreakKind.DUPLICATE_FILL,
        },
        "positions": {BreakKind.QTY_MISMATCH, BreakKind.COST_BASIS},
        "activities": {BreakKind.FEE},
    }
    side = replace(broker(**theirs), **{name: None})
    found = {one.kind for one in compare(book(**ours), side, DEFAULT)}
    assert found.isdisjoint(kinds[name])
