"""Metrics of the trader rather than of the trades: the edges."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from journal.analytics.disposition import disposition, paper_result
from journal.analytics.excursion import Held, excursion
from journal.analytics.leakage import SizedTrade, risk_ratios, sizing_leakage
from journal.analytics.market_type import (
    TO_2009,
    Direction,
    Volatility,
    direction,
    trend,
    volatility,
)
from journal.analytics.mistakes import MistakenTrade, efficiency, mistake_cost
from journal.analytics.overtrading import overtrading, poisson_tail
from journal.analytics.r_multiple import r_multiple
from journal.analytics.turnover import turnover


D = Decimal


def test_no_risk_means_no_r():
    assert r_multiple(D(100), None) is None
    assert r_multiple(D(100), D(0)) is None


def test_excursions_of_a_short_are_mirrored():
    short = Held(entry=D(60), stop=D(63), low=D(54), high=D(61), exit=D(57))
    found = excursion(short)
    assert (found.mfe, found.result) == (D(2), D(1))
    assert found.mae == D(-1) / D(3)
    assert found.efficiency == D("0.5")


def test_a_trade_that_was_never_ahead_has_no_efficiency():
    found = excursion(Held(entry=D(60), stop=D(58), low=D(57), high=D(60), exit=D(58)))
    assert (found.mfe, found.efficiency) == (0, None)
    assert (
        excursion(Held(entry=D(1), stop=D(1), low=D(1), high=D(1), exit=D(1))) is None
    )


def test_a_clear_disposition_is_significant():
    found = disposition(
        realised_gains=400, paper_gains=600, realised_losses=200, paper_losses=800
    )
    assert found.significant
    assert found.effect == pytest.approx(0.2)


def test_a_clear_reverse_is_no_silence():
    found = disposition(
        realised_gains=20, paper_gains=180, realised_losses=60, paper_losses=140
    )
    assert found.t.value < -2
    assert found.reversed
    assert not found.significant


def test_disposition_needs_gains_and_losses_to_choose_from():
    none = {"realised_gains": 0, "paper_gains": 0}
    assert disposition(**none, realised_losses=1, paper_losses=1) is None
    sure = disposition(
        realised_gains=1, paper_gains=0, realised_losses=0, paper_losses=1
    )
    assert sure.t.value is None
    assert not sure.significant


def test_a_small_effect_is_no_verdict_however_many_there_are():
    found = disposition(
        realised_gains=52_000, paper_gains=48_000,
        realised_losses=50_000, paper_losses=50_000,
    )  # fmt: skip
    assert found.t.value > 2
    assert not found.significant


def test_a_trade_that_was_never_behind_has_no_adverse_excursion():
    found = excursion(Held(entry=D(60), stop=D(58), low=D(61), high=D(64), exit=D(62)))
    assert (found.mae, found.mfe) == (0, 2)


def test_a_day_that_chance_would_bring_is_not_flagged():
    """Unusual beside the median, usual beside a mean that a few wild days raised."""
    found = overtrading([3, 4, 5, 4, 3, 5, 4, 40, 40, 40], 10)
    assert found.z > 3
    assert found.p > 0.02
    assert not found.flagged


def test_a_breakeven_before_a_trade_is_neither_loss_nor_win():
    rs, risks = (1, 0, -1, 2), (100, 150, 999, 300)
    trades = [SizedTrade(risk=D(k), r=D(r)) for r, k in zip(rs, risks, strict=True)]
    assert risk_ratios(trades).median == 2


@pytest.mark.parametrize(
    ("low", "high", "result"), [(51, 52, 1), (48, 49, -1), (49, 51, 0), (50, 52, 0)]
)
def test_a_holding_is_ahead_when_the_whole_day_was(low, high, result):
    assert paper_result(average_cost=D(50), low=D(low), high=D(high)) == result


def test_leakage_of_even_sizes_is_nothing():
    trades = [SizedTrade(risk=D(100), r=D(r)) for r in (1, -1, 3)]
    assert sizing_leakage(trades).leakage == 0
    assert sizing_leakage(trades, constant=D(50)).leakage == 150
    assert sizing_leakage([]) is None
    assert risk_ratios(trades[1:]) is None


def test_mistakes_are_counted_apart_from_mistaken_trades():
    cost = mistake_cost(
        [
            MistakenTrade(planned_r=1, actual_r=-1, mistakes=2),
            MistakenTrade(planned_r=0, actual_r=1, estimated=True),
        ]
    )
    assert (cost.mistakes, cost.trades, cost.estimated) == (3, 2, 1)
    assert cost.cost_r == -1
    assert mistake_cost([]).average_r is None
    assert efficiency(mistakes=0, trades=0).value is None


def test_a_trader_whose_days_are_alike_is_judged_by_nothing():
    assert overtrading([], 5) is None
    alike = overtrading([4] * 20, 30)
    assert alike.z is None
    assert not alike.flagged


def test_the_tail_of_a_poisson_count():
    assert poisson_tail(0, 4.2) == 1
    assert poisson_tail(1, 4.2) == pytest.approx(1 - np.exp(-4.2))
    assert poisson_tail(3, 0) == 0
    assert poisson_tail(2_000, 1_000) == pytest.approx(0, abs=1e-9)


def test_turnover_of_nothing_is_unknown():
    assert turnover(bought=D(1), sold=D(1), start=D(0)) is None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1.48, Direction.STRONG_BULL), (1.47, Direction.BULL), (0.70, Direction.BULL),
        (0.69, Direction.NEUTRAL), (0.0, Direction.NEUTRAL), (-0.01, Direction.BEAR),
        (-0.70, Direction.BEAR), (-0.71, Direction.STRONG_BEAR),
    ],
)  # fmt: skip
def test_every_direction_has_its_range(value, name):
    assert direction(value) == name


def test_direction_is_read_from_a_hundred_changes():
    changes = np.tile([1.011, 0.992], 50)  # +1.1 % and -0.8 %: mean 0.15, sd 0.9548
    closes = 100 * np.cumprod([1.0, *changes])
    assert trend(closes) == pytest.approx(10 * 0.15 / (0.95 * (100 / 99) ** 0.5))
    assert trend(closes[1:]) is None
    assert trend([100.0] * 101) is None


@pytest.mark.parametrize(
    ("percent", "name"),
    [
        (0.9, Volatility.QUIET), (1.0, Volatility.NORMAL), (2.0, Volatility.NORMAL),
        (2.1, Volatility.VOLATILE), (3.1, Volatility.VERY_VOLATILE),
    ],
)  # fmt: skip
def test_every_volatility_has_its_range(percent, name):
    assert volatility(percent) == name
    assert volatility(1.0, TO_2009) == Volatility.QUIET
