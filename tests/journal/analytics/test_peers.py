"""The metrics beside empyrical-reloaded 0.7.1 and quantstats 0.0.86, on the same returns.

Their answers were recorded by `python -m benchmarks.statistics --record`: they live in an
environment of their own. Where a definition differs, the metric's docstring says how.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from journal.analytics.calmar import calmar
from journal.analytics.drawdown import relative_drawdown
from journal.analytics.kelly import kelly
from journal.analytics.payoff import payoff
from journal.analytics.profit_factor import profit_factor
from journal.analytics.return_summary import return_summary
from journal.analytics.returns import growth_curve
from journal.analytics.sharpe import sharpe
from journal.analytics.sortino import sortino
from journal.analytics.streaks import streaks
from journal.analytics.time_weighted import annual_return, time_weighted
from journal.analytics.win_rate import win_rate


RECORDED = json.loads(Path(__file__).with_name("peers.json").read_text())


def same(value: float) -> object:
    return pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("place", range(len(RECORDED)))
def test_empyrical_says_the_same(place):
    returns, said = RECORDED[place]["returns"], RECORDED[place]["empyrical"]
    assert sharpe(returns).value == same(said["sharpe"])
    assert sortino(returns).value == same(said["sortino"])
    assert calmar(returns).value == same(said["calmar"])
    assert annual_return(returns).value == same(said["annual"])
    assert time_weighted(returns).value == same(said["time_weighted"])
    depth = relative_drawdown(growth_curve(returns)).depth
    assert -depth == same(said["drawdown"])


@pytest.mark.parametrize("place", range(len(RECORDED)))
def test_quantstats_says_the_same(place):
    returns, said = RECORDED[place]["returns"], RECORDED[place]["quantstats"]
    for name, metric in (
        ("sharpe", sharpe),
        ("sortino", sortino),
        ("profit_factor", profit_factor),
        ("payoff", payoff),
        ("win_rate", win_rate),
        ("kelly", kelly),
    ):
        assert metric(returns).value == same(said[name]), name
    runs = streaks(returns)
    assert (runs.longest_win, runs.longest_loss) == (
        said["longest_win"],
        said["longest_loss"],
    )


@pytest.mark.parametrize("place", range(len(RECORDED)))
def test_the_pass_over_all_says_the_same(place):
    found, said = return_summary(RECORDED[place]["returns"]), RECORDED[place]
    assert found.sharpe.value == same(said["quantstats"]["sharpe"])
    assert found.calmar.value == same(said["empyrical"]["calmar"])
    assert -found.drawdown == same(said["empyrical"]["drawdown"])
