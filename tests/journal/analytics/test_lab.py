"""The sizing lab beside what can be worked out by hand."""

from __future__ import annotations

import pytest

from journal.analytics.lab import Scenario, outcomes


def only(results, risk, scenario):
    return outcomes(results, [risk], scenario)[0]


def test_the_same_seed_draws_the_same_runs():
    scenario = Scenario(goal=1.5, ruin=0.7, runs=500)
    again = outcomes([2, -1], [0.05, 0.1], scenario)
    assert outcomes([2, -1], [0.05, 0.1], scenario) == again
    other = Scenario(goal=1.5, ruin=0.7, runs=500, seed=2)
    assert outcomes([2, -1], [0.05, 0.1], other) != again


def test_one_flip_of_a_coin():
    found = only([2, -1], 0.25, Scenario(goal=1.5, ruin=0.75, trades=1))
    assert found.goal == pytest.approx(0.5, abs=0.03)  # six standard errors
    assert found.ruin == pytest.approx(1 - found.goal)
    assert found.mean == pytest.approx(1.5 * found.goal + 0.75 * found.ruin)


def test_a_certain_list_has_a_certain_end():
    found = only([1.0], 0.1, Scenario(goal=1.2, ruin=0.5, trades=2, runs=50))
    assert (found.goal, found.ruin) == (1, 0)
    assert found.median == found.low == found.high == pytest.approx(1.21)


def test_a_ruined_run_stops_and_reaches_no_goal():
    """Ten losses of a tenth: below 0.8 after the third, and there it stays."""
    found = only([-1.0], 0.1, Scenario(goal=0.1, ruin=0.8, trades=10, runs=50))
    assert (found.goal, found.ruin) == (0, 1)
    assert found.median == pytest.approx(0.9**3)


def test_no_trade_loses_more_than_there_is():
    found = only([-3.0], 0.5, Scenario(goal=2, ruin=0.0, trades=3, runs=10))
    assert (found.median, found.ruin) == (0, 1)


def test_more_risk_means_more_ruin_on_the_same_draws():
    scenario = Scenario(goal=2, ruin=0.5, trades=50, runs=2_000)
    levels = outcomes([2, -1, -1], [0.01, 0.05, 0.1, 0.2, 0.4], scenario)
    ruin = [level.ruin for level in levels]
    assert ruin == sorted(ruin)
    assert ruin[0] == 0
    assert ruin[-1] > 0.9


def test_growth_peaks_at_the_growth_optimal_fraction():
    scenario = Scenario(goal=2, ruin=0.0, trades=200, runs=2_000)
    levels = outcomes([2, -1], [0.05, 0.25, 0.6], scenario)
    assert levels[1].median > levels[0].median > levels[2].median


def test_an_empty_list_has_no_outcomes():
    assert outcomes([], [0.01], Scenario(goal=2, ruin=0.5)) == ()
