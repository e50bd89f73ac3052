"""Metrics of a list of R-multiples: the edges, and closed forms."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.analytics.drawdown import drawdown, equity_drawdown, relative_drawdown
from journal.analytics.expectancy import expectancy, expectancy_of
from journal.analytics.figures import UnsoundNumberError
from journal.analytics.growth import growth_optimal, log_growth
from journal.analytics.heat_preset import heat_bound, preset_heat
from journal.analytics.histogram import histogram
from journal.analytics.kelly import kelly, kelly_fraction
from journal.analytics.losing_runs import losing_run_probability
from journal.analytics.outcome import BREAKEVEN_R, outcome, outcomes
from journal.analytics.payoff import payoff
from journal.analytics.profit_factor import profit_factor
from journal.analytics.quality import quality
from journal.analytics.streaks import streaks
from journal.analytics.summary import summary, summary_in_r
from journal.analytics.win_rate import win_rate
from tests.journal.analytics.worked import LIST_A, close


# Half R steps, as people write them; sums of them are exact.
RS = st.lists(st.integers(-8, 12).map(lambda halves: halves / 2), max_size=60)
SOME = RS.filter(bool)


def test_list_a_without_any_file_beside():
    assert expectancy(LIST_A).value == close(0.2)
    assert quality(LIST_A).value == close(0.3991140631, 1e-9)
    assert quality(LIST_A).band == "hard to trade"
    assert win_rate(LIST_A).value == 0.4
    assert payoff(LIST_A).value == close(2.0454545)
    assert profit_factor(LIST_A).value == close(1.3636364)
    assert drawdown(LIST_A).depth == 2


def test_few_trades_are_marked():
    assert quality(LIST_A * 2).low_sample
    assert not quality(LIST_A * 3).low_sample
    assert expectancy(LIST_A).low_sample


@pytest.mark.parametrize("metric", [win_rate, payoff, profit_factor, kelly, expectancy])
def test_no_trades_have_no_metric_but_a_reason(metric):
    assert metric([]).value is None
    assert metric([]).why


def test_a_list_without_losses_has_no_factor_and_says_so():
    for metric in (profit_factor, payoff, kelly):
        assert (metric([1, 2]).value, metric([1, 2]).why) == (None, "no losses")
    assert profit_factor([-1, -2]).value == 0
    assert payoff([-1]).why == "no wins"


def test_breakevens_stand_apart():
    assert win_rate([1, 0, 0, -1]).value == 0.5
    assert win_rate([0, 0]).value is None


NEAR = [1.0, 0.05, 0.049, -0.049, 0.0, -0.05, -1.0, -1.0]


def test_what_is_nearer_to_nothing_than_the_limit_is_even():
    found = summary_in_r(NEAR)
    assert (found.sides.wins, found.sides.losses, found.sides.breakevens) == (2, 3, 3)
    assert found.win_rate.value == win_rate(NEAR, breakeven=0.05).value == 0.4
    assert found.sides.won == close(1.05)
    assert found.profit_factor.value == close(1.05 / 2.05)
    assert found.streaks == streaks(NEAR, breakeven=0.05)
    assert (found.streaks.longest_win, found.streaks.longest_loss) == (2, 3)
    assert found.total == close(sum(NEAR))
    assert summary_in_r(NEAR, breakeven=0) == summary(NEAR)


@given(st.lists(st.sampled_from([-1.0, -0.05, -0.01, 0.0, 0.049, 0.05, 2.0])))
def test_money_and_rows_count_wins_as_r_does(results):
    in_r = np.array(results, dtype=np.float64)
    by = outcomes(in_r * 100, in_r, BREAKEVEN_R)
    assert by.tolist() == [outcome(Decimal(str(r)), None) for r in results]
    money, r = summary(in_r * 100, by=by), summary_in_r(in_r)
    assert (money.win_rate, money.streaks) == (r.win_rate, r.streaks)


def test_without_a_risk_only_exactly_nothing_is_even():
    none = np.full(3, np.nan)
    assert outcomes(np.array([0.01, 0.0, -0.01]), none, 0.05).tolist() == [1, 0, -1]
    assert outcome(None, Decimal("-0.01")) == -1
    assert outcome(None, None) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused_by_its_place(bad):
    with pytest.raises(UnsoundNumberError, match="Value 2"):
        quality([1.0, bad, 2.0])


def test_numbers_that_no_trade_makes_are_refused():
    assert win_rate([1e100, -1e100]).value == 0.5
    with pytest.raises(UnsoundNumberError, match="Value 1"):
        win_rate([1e101, 1.0])


@given(SOME)
def test_expectancy_is_what_its_parts_say(results):
    wins = [r for r in results if r > 0]
    losses = [-r for r in results if r <= 0]
    found = expectancy_of(
        win_share=len(wins) / len(results),
        win=sum(wins) / len(wins) if wins else 0,
        loss=sum(losses) / len(losses) if losses else 0,
    )
    assert expectancy(results).value == pytest.approx(found, abs=1e-12)


@given(RS)
def test_streaks_are_the_groups_of_signs(results):
    runs = [(s, len(list(run))) for s, run in groupby(results, key=np.sign)]
    found = streaks(results)
    assert found.longest_win == max((n for s, n in runs if s > 0), default=0)
    assert found.longest_loss == max((n for s, n in runs if s < 0), default=0)
    assert found.current == (int(runs[-1][0]) * runs[-1][1] if runs else 0)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_long_run_is_measured_exactly(before, run):
    found = streaks([1.0] * before + [-1.0] * run)
    assert (found.longest_win, found.longest_loss) == (before, run)


@given(RS)
def test_a_drawdown_is_the_worst_of_all_pairs(results):
    curve = [0.0, *np.cumsum(results)]
    falls = [
        curve[i] - curve[j] for i in range(len(curve)) for j in range(i, len(curve))
    ]
    found = drawdown(results)
    assert found.depth == max(falls)
    assert curve[found.peak_at] - curve[found.trough_at] == found.depth


def test_a_drawdown_knows_when_it_ended():
    found = drawdown([1, -2, 1, 1, -0.5])
    assert (found.peak_at, found.trough_at, found.recovered_at) == (1, 2, 4)
    assert found.longest == 2
    assert drawdown([-1]).recovered_at is None


def test_drawdowns_of_money():
    assert equity_drawdown([100, 120, 90, 130]).depth == 30
    assert relative_drawdown([100, 120, 90, 130]).depth == 0.25
    assert relative_drawdown([]).depth == 0


@pytest.mark.parametrize(("trades", "run"), [(1, 1), (4, 2), (6, 3), (8, 2)])
def test_losing_runs_are_counted_over_all_sequences(trades, run):
    chance = 0.0
    for each in product("wl", repeat=trades):
        if "l" * run in "".join(each):
            chance += 0.4 ** each.count("w") * 0.6 ** each.count("l")
    found = losing_run_probability(win_share=0.4, trades=trades, run=run)
    assert found == pytest.approx(chance, abs=1e-12)


@given(st.floats(0.05, 0.95), st.floats(0.1, 10))
def test_growth_of_two_outcomes_is_kellys_fraction(win_share, pays):
    wins = round(win_share * 100)
    trades = [pays] * wins + [-1.0] * (100 - wins)
    fraction = max(0.0, kelly_fraction(win_share=wins / 100, payoff=pays))
    assert growth_optimal(trades).fraction == pytest.approx(fraction, abs=1e-9)


def test_growth_is_highest_where_it_says():
    found = growth_optimal([2, -1])
    assert found.log_growth == close(0.058892, 1e-5)
    assert log_growth([2, -1], found.fraction - 0.01) < found.log_growth
    assert log_growth([2, -1], found.fraction + 0.01) < found.log_growth
    assert growth_optimal([1, 2]).why == "no losses"
    assert growth_optimal([]).why == "no trades"
    assert growth_optimal([1, -2]).fraction == 0


@given(RS)
def test_a_histogram_counts_every_trade_once(results):
    bars = histogram(results, low=-2.0, high=3.0)
    assert sum(bar.count for bar in bars) == len(results)
    for bar in bars:
        inside = [
            r
            for r in results
            if (bar.low is None or r >= bar.low) and (bar.high is None or r < bar.high)
        ]
        assert bar.count == len(inside)


def test_a_histogram_begins_and_ends_where_trades_do():
    bars = histogram([-1, -1, 0.2, 50])
    assert (bars[0].low, bars[0].high, bars[0].count) == (-1.0, -0.5, 2)
    assert (bars[-1].low, bars[-1].high, bars[-1].count) == (10.0, None, 1)


def test_heat_follows_quality_below_a_bound():
    assert [preset_heat(q) for q in (0, 1.3, 1.7, 2.5, 3, 4, 5, 9)] == [
        1, 4, 8, 12, 15, 20, 25, 25,
    ]  # fmt: skip
    assert heat_bound([3, -5, -1]) == 20
    assert heat_bound([3]) is None
