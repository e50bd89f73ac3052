"""R after Van Tharp: worked examples, and figures that somebody else reckoned."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from journal.domain.trades import Direction
from tests.journal.trades.fills import fill, the_trade


VECTORS = Path(__file__).parents[4] / "shared" / "data" / "vectors.json"


@pytest.mark.parametrize(("exit_price", "r"), [(48, 2), (36, -1), (34, "-1.5")])
def test_a_long_is_measured_in_what_its_stop_would_have_lost(exit_price, r):
    trade = the_trade(fill(0, 500, 40, stop=36), fill(60, -500, exit_price))
    assert trade.direction is Direction.LONG
    assert trade.initial_risk == 2000
    assert trade.r_multiple == trade.r_first == Decimal(r)


def test_a_short_is_the_mirror_image():
    trade = the_trade(fill(0, -500, 40, stop=44), fill(60, 500, 34))
    assert trade.direction is Direction.SHORT
    assert (trade.initial_risk, trade.net) == (2000, 3000)
    assert trade.r_multiple == Decimal("1.5")


def test_scaling_in_adds_the_risk_of_each_tranche_and_flatters_the_first():
    trade = the_trade(
        fill(0, 100, 50, stop=47), fill(30, 100, 52, stop=50), fill(90, -200, 56)
    )
    assert trade.net == 1000
    assert (trade.initial_risk, trade.first_risk) == (500, 300)
    assert trade.r_multiple == 2
    assert trade.r_first == pytest.approx(Decimal("3.333333"), abs=Decimal("0.000001"))


def test_fees_count_in_r():
    trade = the_trade(fill(0, 100, 50, stop=47, fees=2), fill(9, -100, 47, fees=1))
    assert trade.r_multiple == Decimal("-1.01")


def test_one_unprotected_tranche_leaves_the_trade_without_an_r():
    trade = the_trade(fill(0, 100, 50, stop=47), fill(1, 100, 51), fill(2, -200, 53))
    assert (trade.initial_risk, trade.r_multiple) == (None, None)
    assert (trade.first_risk, trade.r_first) == (300, Decimal(500) / 300)


@pytest.mark.parametrize("stop", [50, 51])
def test_a_stop_on_the_wrong_side_protects_nothing(stop):
    trade = the_trade(fill(0, 100, 50, stop=stop), fill(1, -100, 49))
    assert (trade.initial_risk, trade.r_multiple) == (None, None)


def test_all_fills_of_the_first_order_are_the_first_entry():
    trade = the_trade(
        fill(0, 60, 50, stop=47, order=7),
        fill(1, 40, 50, stop=47, order=7),
        fill(2, 50, 51, stop=50, order=8),
        fill(3, -150, 52),
    )
    assert (trade.first_risk, trade.initial_risk) == (300, 350)


def test_an_open_trade_has_a_risk_and_no_result_in_r():
    trade = the_trade(fill(0, 100, 50, stop=47), fill(1, -50, 53))
    assert trade.is_open
    assert (trade.initial_risk, trade.gross) == (300, 150)
    assert (trade.r_multiple, trade.r_first) == (None, None)


@pytest.fixture(scope="module")
def vectors() -> dict:
    if not VECTORS.exists():
        pytest.skip(f"no worked numbers at {VECTORS}")
    return json.loads(VECTORS.read_text(encoding="utf-8"))["r_multiple"]


def test_the_worked_numbers_of_a_single_entry_hold(vectors):
    given = vectors["tharp_2018"]
    for case in given["exits"]:
        bought = fill(0, given["qty"], given["entry"], stop=given["stop"])
        trade = the_trade(bought, fill(1, -given["qty"], case["exit"]))
        assert trade.initial_risk == given["risk"]
        assert float(trade.r_multiple) == case["r"]
    given = vectors["short_mirror"]
    sold = fill(0, -10, given["entry"], stop=given["stop"])
    assert float(the_trade(sold, fill(1, 10, given["exit"])).r_multiple) == given["r"]


def test_the_worked_numbers_of_scaling_in_hold(vectors):
    given = vectors["scale_in"]
    bought = [
        fill(minute, one["qty"], one["entry"], stop=one["stop"])
        for minute, one in enumerate(given["tranches"])
    ]
    held = sum(one["qty"] for one in given["tranches"])
    trade = the_trade(*bought, fill(9, -held, given["exit"]))
    assert trade.net == given["pnl"]
    assert float(trade.r_multiple) == given["r_sum_of_tranches"]
    assert float(trade.r_first) == pytest.approx(given["r_first_entry"], abs=1e-6)
