"""One pass over many trades says what the single metrics say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.analytics import tally
from journal.analytics.calmar import calmar
from journal.analytics.drawdown import drawdown, relative_drawdown
from journal.analytics.expectancy import expectancy
from journal.analytics.figures import UnsoundNumberError, floats
from journal.analytics.kelly import kelly
from journal.analytics.payoff import payoff
from journal.analytics.profit_factor import profit_factor
from journal.analytics.quality import quality
from journal.analytics.return_summary import return_summary
from journal.analytics.returns import growth_curve
from journal.analytics.sharpe import sharpe
from journal.analytics.sides import sides
from journal.analytics.sortino import sortino
from journal.analytics.streaks import streaks
from journal.analytics.summary import summary
from journal.analytics.time_weighted import annual_return, time_weighted
from journal.analytics.win_rate import win_rate


B = tally.BLOCK
SIZES = [0, 1, 2, 7, 63, 64, 65, B - 1, B, B + 1, 2 * B, 3 * B + 17]


def same(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-12, abs=1e-12)


def check_trades(results: np.ndarray) -> None:
    found = summary(results)
    for figure, metric in (
        (found.expectancy, expectancy),
        (found.win_rate, win_rate),
        (found.payoff, payoff),
        (found.profit_factor, profit_factor),
        (found.kelly, kelly),
        (found.quality, quality),
    ):
        alone = metric(results)
        assert (figure.n, figure.why) == (alone.n, alone.why)
        assert figure.value == same(alone.value)
    deepest = drawdown(results)
    assert found.streaks == streaks(results)
    assert found.drawdown.depth == deepest.depth
    assert found.drawdown.trough_at == deepest.trough_at
    assert found.drawdown.peak_at == deepest.peak_at
    apart = sides(floats(results))
    assert (found.sides.won, found.sides.lost) == (same(apart.won), same(apart.lost))
    assert found.sides.breakevens == apart.breakevens


def check_returns(returns: np.ndarray) -> None:
    found = return_summary(returns)
    for figure, metric in (
        (found.time_weighted, time_weighted),
        (found.annual, annual_return),
        (found.sharpe, sharpe),
        (found.sortino, sortino),
        (found.calmar, calmar),
    ):
        alone = metric(returns)
        assert (figure.n, figure.why) == (alone.n, alone.why)
        assert figure.value == same(alone.value)
    assert found.drawdown == same(relative_drawdown(growth_curve(returns)).depth)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.4])
def test_a_pass_by_blocks_is_the_single_metrics(size, mean):
    generator = np.random.Generator(np.random.PCG64(size))
    check_trades(generator.normal(mean, 1.5, size))
    check_returns(generator.normal(mean / 1000, 0.01, size))


@given(st.lists(st.integers(-8, 12).map(lambda halves: halves / 2), max_size=40))
def test_a_pass_over_few_trades_is_the_single_metrics(results):
    check_trades(np.asarray(results, dtype=float))


@given(st.lists(st.floats(-0.5, 0.5), max_size=40))
def test_a_pass_over_few_returns_is_the_single_metrics(returns):
    check_returns(np.asarray(returns, dtype=float))


def test_equal_results_have_no_deviation_over_many_blocks():
    found = summary(np.full(3 * B + 5, 0.1))
    assert found.sd.value == 0
    assert found.quality.why == "no variation"
    assert found.streaks.longest_win == 3 * B + 5


def test_a_run_across_blocks_is_one_run():
    results = np.ones(3 * B)
    results[B - 10 : B + 30] = -1
    assert summary(results).streaks.longest_loss == 40
    assert summary(results).drawdown.depth == 40


def test_a_peak_reached_again_in_a_later_block_is_the_first_one():
    results = np.zeros(3 * B)
    results[5], results[B + 7], results[B + 8], results[2 * B] = 1, -1, 1, -2
    check_trades(results)
    assert summary(results).drawdown.peak_at == 6


def test_what_is_no_number_is_refused_by_its_place():
    results = np.ones(2 * B)
    results[B + 3] = np.nan
    with pytest.raises(UnsoundNumberError, match=str(B + 4)):
        summary(results)
