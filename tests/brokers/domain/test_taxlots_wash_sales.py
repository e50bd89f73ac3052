from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.lotrelief import relieve
from brokers.domain.realisedgains import Term, realised_gains
from brokers.domain.taxlots import LotMethod, TaxLot
from brokers.domain.washsales import LEAST_LOSS, defer_wash_sales
from tests.brokers.domain.lots import (
    closed,
    day,
    fill,
    first_in_first_out,
    split,
    still_open,
)
from tests.brokers.domain.test_taxlots import some_fills


def washed(lots: list[TaxLot]) -> list[tuple[str, Decimal, Decimal]]:
    lots = defer_wash_sales(lots)
    return [
        (one.lot_id, one.quantity, one.disallowed) for one in lots if one.disallowed
    ]


@pytest.mark.parametrize(
    ("bought", "disallowed"),
    [
        (day(5, 1), 0),
        (day(5, 2), 250),
        (day(5, 31), 250),
        (day(6, 1), 250),
        (day(7, 1), 250),
        (day(7, 2), 0),
    ],
)
def test_the_window_is_thirty_days_before_and_after(bought, disallowed):
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(6, 1), -100, "7.50"),
        fill("b", bought, 100, 8),
    )
    lots = defer_wash_sales(lots)
    [row] = realised_gains(lots)
    assert (row.disallowed, row.gain) == (disallowed, disallowed - 250)
    assert row.code == ("W" if disallowed else "")
    [rest] = still_open(lots)
    assert rest.deferred == disallowed
    assert rest.is_replacement == bool(disallowed)


def test_a_gain_is_never_washed():
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(6, 1), -100, 11),
        fill("b", day(6, 2), 100, 8),
    )
    assert washed(lots) == []


def test_the_rest_of_the_same_purchase_replaces_nothing():
    lots = first_in_first_out(
        fill("a", day(6, 1), 60, 50, purchase="order"),
        fill("b", day(6, 1), 140, 50, purchase="order"),
        fill("s", day(6, 12), -100, 40),
    )
    assert washed(lots) == []


def test_what_took_over_a_loss_is_not_replaced_by_the_rest_that_made_it():
    """All is sold on one day: four shares at a loss, of which two others replace two.
    The loss of those two ends there; the first four are none of their replacement.
    """
    lots = first_in_first_out(
        fill("a", day(6, 1), 4, 10),
        fill("b", day(6, 1), 2, 10),
        fill("s", day(6, 9), -6, 9),
    )
    rows = realised_gains(defer_wash_sales(lots))
    assert sorted(row.disallowed for row in rows) == [0, 0, 2]
    assert sum(row.gain for row in rows) == -6


def test_shares_sold_before_the_loss_replace_nothing():
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("b", day(5, 20), 100, 9, account=2),
        fill("t", day(5, 25), -100, 12, account=2),
        fill("s", day(6, 1), -100, "7.50"),
    )
    assert washed(lots) == []


def test_another_account_replaces_too():
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(6, 1), -100, 7),
        fill("b", day(6, 2), 40, 7, account=2),
    )
    assert washed(lots) == [("a", 40, 120)]


def test_the_replacement_takes_over_the_time_held():
    lots = first_in_first_out(
        fill("a", day(1, 5, 2025), 100, 10),
        fill("s", day(6, 1, 2025), -100, 7),
        fill("b", day(6, 11, 2025), 100, 8),
        fill("t", day(3, 5), -100, 20),
    )
    gain = realised_gains(defer_wash_sales(lots))[-1]
    assert gain.acquired_on == day(6, 11, 2025)
    assert gain.held_since == day(1, 15, 2025)
    assert gain.term is Term.LONG
    assert (gain.cost, gain.gain) == (1100, 900)


def test_a_loss_travels_on_as_long_as_it_is_washed():
    lots = first_in_first_out(
        fill("a", day(6, 1), 10, 10),
        fill("s", day(6, 2), -10, 9),
        fill("b", day(6, 3), 10, 10),
        fill("t", day(6, 4), -10, 8),
        fill("c", day(6, 5), 10, 10),
        fill("u", day(6, 6), -10, 11),
    )
    rows = realised_gains(defer_wash_sales(lots))
    assert [row.disallowed for row in rows] == [10, 30, 0]
    assert [row.gain for row in rows] == [0, 0, -20]


def test_a_gain_that_became_a_loss_is_washed_in_its_turn():
    lots = first_in_first_out(
        fill("a", day(6, 1), 10, 20),
        fill("s", day(6, 2), -10, 10),
        fill("b", day(6, 3), 10, 10),
        fill("t", day(6, 4), -10, 11),
        fill("c", day(6, 5), 10, 10),
    )
    rows = realised_gains(defer_wash_sales(lots))
    assert [row.disallowed for row in rows] == [100, 90]


def test_a_short_covered_at_a_loss_is_replaced_by_another_short_alone():
    fills = [fill("s", day(6, 1), -10, 20), fill("c", day(6, 5), 10, 25)]
    bought = first_in_first_out(*fills, fill("b", day(6, 8), 10, 25))
    assert washed(bought) == []
    shorted = first_in_first_out(*fills, fill("t", day(6, 8), -10, 25))
    assert washed(shorted) == [("s", 10, 50)]
    covered = first_in_first_out(
        *fills, fill("t", day(6, 8), -10, 25), fill("u", day(9, 8), 10, 15)
    )
    row = realised_gains(defer_wash_sales(covered))[-1]
    assert (row.proceeds, row.cost, row.gain) == (250, 200, 50)


@pytest.mark.parametrize(("bought", "units"), [(60, 30), (300, 100)])
def test_a_split_between_loss_and_replacement_counts_in_common_units(bought, units):
    lots = first_in_first_out(
        fill("a", day(1, 5), 100, 10),
        fill("s", day(6, 1), -100, 7),
        fill("b", day(6, 20), bought, 4),
        splits=(split(day(6, 10), 1, 2),),
    )
    assert washed(lots) == [("a", units, 3 * units)]


def test_an_unknown_cost_is_no_loss_and_may_replace():
    lots = first_in_first_out(
        fill("a", day(1, 5), 10, None),
        fill("s", day(6, 1), -10, 7),
        fill("b", day(6, 2), 10, 7),
    )
    assert washed(lots) == []


def test_what_divisions_leave_over_is_no_loss():
    """A third of a lot sold for a third of its cost, with no finite decimal."""
    lots = first_in_first_out(
        fill("a", day(6, 1), 3, 1, fees="0.01"),
        fill("s", day(6, 9), -1, "1.01", fees="0.00666666666666666667"),
        fill("b", day(6, 10), 1, 1),
    )
    assert Decimal("-0.000001") < closed(lots)[0].result < 0
    assert washed(lots) == []


@given(some_fills, st.sampled_from(LotMethod))
def test_losses_are_put_off_and_never_lost(fills, method):
    before = relieve(fills, method=method, splits=[split(day(1, 15), 2, 3)])
    after = defer_wash_sales(before)
    for figure in ("quantity", "common_quantity", "opened_for", "closed_for"):
        sums = [
            sum((getattr(lot, figure) or 0 for lot in lots), Decimal(0))
            for lots in (before, after)
        ]
        assert abs(sums[0] - sums[1]) < Decimal("0.0001")
    disallowed = sum((lot.disallowed for lot in after), Decimal(0))
    deferred = sum((lot.deferred for lot in after), Decimal(0))
    assert abs(disallowed - deferred) < Decimal("0.0001")
    assert all(lot.disposed_on for lot in after if lot.disallowed)
    losses = [lot for lot in closed(after) if lot.result <= -LEAST_LOSS]
    left = [lot for lot in losses if not lot.disallowed]
    for lot in left:
        assert [one for one in after if could_replace(one, lot)] == []


def could_replace(candidate: TaxLot, loss: TaxLot) -> bool:
    """The rule once more, told the other way round: by days, one lot at a time."""
    free = not candidate.took_over and not candidate.disallowed
    apart = candidate.purchase not in {loss.purchase, loss.took_over}
    same_way = candidate.is_short == loss.is_short
    within = abs((candidate.acquired_on - loss.disposed_on).days) <= 30
    sold = candidate.disposed_on
    return (
        free
        and apart
        and same_way
        and within
        and (not sold or sold >= loss.disposed_on)
    )
