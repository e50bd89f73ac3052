"""Groups, curves, comparison and habits against worked numbers and the single metrics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.analytics import exposure, leakage
from journal.analytics.quality import quality
from journal.analytics.sides import Sides
from journal.analytics.summary import summary
from journal.reports.capital import nothing
from journal.reports.columns import exact, money_units
from journal.reports.comparison import comparison, wilson, win_rates
from journal.reports.curve import curve, months, thinned
from journal.reports.dimensions import BY_NAME
from journal.reports.discipline import discipline, entries_per_day, in_market, leaked
from journal.reports.groups import Rows, grouped
from journal.reports.sample import sample
from journal.reports.unit import Unit
from tests.journal.analytics.worked import LIST_A
from tests.journal.reports.made import DAY, columns, marks


RESULTS = st.lists(st.sampled_from([-1.5, -1.0, -0.25, 0.0, 0.5, 2.0, 3.75]), min_size=1, max_size=60)  # fmt: skip


def rows_of(codes, results, net=None):
    values = np.array(results, dtype=np.float64)
    units = np.array(net if net is not None else [0] * len(codes))
    return Rows(
        codes=np.array(codes),
        results=values,
        r=values,
        net=units,
        outcomes=np.sign(values).astype(np.int8),
    )


def in_r(found):
    return sample(found, Unit.R, nothing("none"))


def test_groups_worked_by_hand():
    """Two of the first (+2, -1) and one of the second (-1)."""
    first, second = grouped(rows_of([7, 9, 7], [2.0, -1.0, -1.0], [10, 20, 30]))
    assert (first.code, first.n, first.total) == (7, 2, pytest.approx(1.0))
    assert first.apart.mean == pytest.approx(0.5)
    assert first.apart.sd == pytest.approx(2.1213203)
    assert first.win_rate.value == 0.5
    assert first.profit_factor.value == 2.0
    assert first.net == Decimal("0.00000040")
    assert first.low_sample
    assert (second.code, second.n, second.apart.sd) == (9, 1, None)
    assert second.profit_factor.value == 0.0


@given(RESULTS, st.data())
def test_each_group_says_what_the_summary_of_its_trades_says(results, data):
    codes = data.draw(st.lists(st.integers(-1, 4), min_size=len(results), max_size=len(results)))  # fmt: skip
    for group in grouped(rows_of(codes, results)):
        own = [r for code, r in zip(codes, results, strict=True) if code == group.code]
        whole = summary(own)
        assert group.n == whole.n
        assert group.total == pytest.approx(whole.total, abs=1e-9)
        assert group.sides == Sides(
            wins=whole.sides.wins,
            losses=whole.sides.losses,
            breakevens=whole.sides.breakevens,
            won=pytest.approx(whole.sides.won),
            lost=pytest.approx(whole.sides.lost),
        )
        alone = quality(own)
        assert (group.quality.value is None) == (alone.value is None)
        if alone.value is not None:
            assert group.quality.value == pytest.approx(alone.value, abs=1e-9)


def test_equal_results_have_no_variation_and_no_quality():
    (found,) = grouped(rows_of([1] * 7, [0.1] * 7))
    assert found.apart.sd == 0.0
    assert found.quality.why == "no variation"


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-10**17, 10**17)), min_size=1, max_size=40))  # fmt: skip
def test_money_of_groups_is_exact(pairs):
    codes = [code for code, _ in pairs]
    units = [one for _, one in pairs]
    found = grouped(rows_of(codes, [0.0] * len(codes), units))
    for group in found:
        own = sum(one for code, one in pairs if code == group.code)
        assert group.net == Decimal(own) / 10**8


def test_amounts_too_large_for_a_machine_word_are_summed_all_the_same():
    whole = np.array([9_000_000_000_000_000, 9_000_000_000_000_000])
    units = money_units(whole, np.array([1, 2]))
    assert exact(units) == Decimal("18000000000000000.00000003")


def test_a_drawing_keeps_every_extreme():
    days = np.arange(100_000, dtype=np.float64)
    values = np.sin(days / 900)
    values[43_210], values[77_777] = 9.0, -9.0
    places = thinned(days, values, buckets=300)
    assert len(places) <= 4 * 300
    assert {0, 43_210, 77_777, 99_999} <= set(places.tolist())
    assert list(places) == sorted(set(places.tolist()))


def test_few_points_are_all_drawn():
    assert list(thinned(np.arange(5.0), np.zeros(5), buckets=300)) == [0, 1, 2, 3, 4]


def test_all_trades_of_one_instant_are_drawn_too():
    found = thinned(np.zeros(10_000), np.arange(10_000.0), buckets=50)
    assert {0, 9_999} <= set(found.tolist())


def test_the_curve_of_the_worked_list():
    """Domain vector (iii): the total ends at 2, its deepest drawdown is 2R."""
    closed = np.arange(10) * DAY
    found = curve(closed, np.array(LIST_A), began=-DAY)
    assert list(found.total[1:]) == [-1, -2, 0.5, -0.5, 0, 3, 2, 1.5, 3, 2]
    assert found.depth == 2.0
    assert found.now_below == -1.0
    assert found.days[0] == -1


def test_months_add_up_and_know_how_deep_each_went():
    day = np.array([0, 30, 31, 58, 59])  # 1, 31 January, 1, 28 February, 1 March 1970
    results = np.array([1.0, -2.0, 3.0, 0.5, -0.25])
    found = months(day, results, curve(day * DAY, results, began=0))
    assert [
        (one.first.month, one.n, one.made, one.total, one.below) for one in found
    ] == [
        (1, 2, -1.0, -1.0, -2.0),
        (2, 2, 3.5, 2.5, 0.0),
        (3, 1, -0.25, 2.25, -0.25),
    ]


def test_newcombes_own_example():
    """56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339 (Newcombe 1998, table II)."""
    a = Sides(wins=56, losses=14, breakevens=0, won=1, lost=-1)
    b = Sides(wins=48, losses=32, breakevens=3, won=1, lost=-1)
    found = win_rates(a, b)
    assert found.value == pytest.approx(0.2)
    assert found.interval.low == pytest.approx(0.0524, abs=5e-5)
    assert found.interval.high == pytest.approx(0.3339, abs=5e-5)


def test_wilson_holds_at_the_ends():
    low, high = wilson(0, 20)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(0.1611, abs=1e-4)


def test_two_samples_differ_by_welch_and_shared_trades_are_counted():
    whole = columns([1, 2, 3, 4, 5, 2, 4, 6, 8, 10])
    first = in_r(whole.where(np.arange(10) < 5))
    second = in_r(whole.where(np.arange(10) >= 5))
    found = comparison(first, second)
    assert found.expectancy.value == pytest.approx(-3.0)
    assert found.expectancy.interval.low == pytest.approx(-7.0645, abs=1e-3)
    assert found.expectancy.verdict == "no verdict: zero lies inside the interval"
    assert found.shared == 0
    assert comparison(in_r(whole), second).shared == 5


def test_nothing_to_compare_says_so():
    whole = columns([1.0, 2.0])
    none = in_r(whole.where(np.zeros(2, dtype=bool)))
    found = comparison(in_r(whole), none)
    assert found.expectancy.value is None
    assert found.win_rate.verdict == "too few trades to say anything"


def test_a_trade_without_a_risk_has_no_r_and_is_counted_apart():
    found = in_r(columns([1.0, float("nan"), -1.0]))
    assert (found.n, found.left_out) == (2, 1)
    assert found.summary.total == 0.0


def test_a_trade_without_a_price_has_no_result_in_any_unit():
    found = columns([1.0, 2.0], priced=[True, False])
    money = sample(found, Unit.MONEY, nothing("none"))
    assert (money.n, money.unpriced) == (1, 1)


def test_a_trade_with_two_setups_counts_in_both_and_one_without_in_its_own():
    found = columns([1.0, 2.0], setups=marks([(0, 5), (0, 6)]))
    rows, codes = BY_NAME["setup"].places(found, Decimal(0))
    assert sorted(zip(rows.tolist(), codes.tolist(), strict=True)) == [(0, 5), (0, 6), (1, 0)]  # fmt: skip


def test_marks_stay_with_their_trades():
    found = columns([1.0, 2.0, 3.0], mistakes=marks([(0, 5), (2, 6)]))
    kept = found.where(np.array([False, True, True]))
    assert (kept.mistakes.rows.tolist(), kept.mistakes.tags.tolist()) == ([1], [6])
    assert kept.ids.tolist() == [2, 3]


@given(RESULTS, st.data())
def test_leakage_is_that_of_the_metric(results, data):
    risks = data.draw(st.lists(st.sampled_from([50.0, 100.0, 250.0]), min_size=len(results), max_size=len(results)))  # fmt: skip
    found = leaked(columns(results, risk=risks))
    sized = [
        leakage.SizedTrade(risk=Decimal(str(risk)), r=Decimal(str(r)))
        for risk, r in zip(risks, results, strict=True)
    ]
    alone = leakage.sizing_leakage(sized)
    assert found.constant == alone.constant
    assert found.leakage == pytest.approx(alone.leakage, abs=Decimal("0.01"))


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=30))  # fmt: skip
def test_time_in_the_market_is_that_of_the_metric(spans):
    origin = datetime(2026, 1, 5, tzinfo=UTC)
    held = [
        (origin + timedelta(minutes=a), origin + timedelta(minutes=a + b))
        for a, b in spans
    ]
    opened = np.array([a for a, _ in spans]) * 60_000_000
    closed = np.array([a + b for a, b in spans]) * 60_000_000
    span = (min(a for a, _ in held), max(b for _, b in held))
    alone = exposure.time_in_market(held, span=span)
    assert in_market(opened, closed) == pytest.approx(alone)


def test_habits_of_the_worked_trades():
    """Four mistakes in 20 trades that cost -4.2R: efficiency 80 % (domain, 2.7)."""
    found = discipline(
        columns(
            [0.1] * 20,
            mistakes=marks([(0, 1), (3, 1), (3, 2), (9, 1)], [-1.0, -1.2, -1.0, -1.0]),
        ),
        nothing("none"),
    )
    assert found.efficiency.value == pytest.approx(0.8)
    assert (found.mistakes, found.mistaken, found.costed) == (4, 3, 4)
    assert found.cost_r == pytest.approx(-4.2)


def test_entries_are_counted_by_the_day_of_the_exchange():
    found = columns([1.0, 1.0, 1.0], entered=[10, 20, 86_400 * 3])
    assert entries_per_day(found) == [2, 1]


def test_nothing_has_no_habits():
    found = discipline(columns([]), nothing("none"))
    assert found.efficiency.value is None
    assert found.in_market is None
    assert found.leaked is None
    assert found.overtrading is None
