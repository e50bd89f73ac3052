from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from journal.trades.build import build_trades
from journal.trades.excursions import excursion
from tests.journal.trades.fills import bar, entry, fill, the_trade


MINUTE = timedelta(minutes=1)
VECTORS = Path(__file__).parents[4] / "shared" / "data" / "vectors.json"


def test_a_long_ran_against_and_for_its_holder():
    trade = the_trade(fill(0, 100, 60, stop="58.5"), fill(4, -100, 63))
    bars = [bar(0, 60, 61), bar(1, "59.1", 62), bar(2, 62, "65.1"), bar(3, 63, 64)]
    found = excursion(trade, bars, interval=MINUTE)
    assert (found.mae, found.mfe) == (-90, 510)
    assert (found.mae_r, found.mfe_r) == (Decimal("-0.6"), Decimal("3.4"))
    assert found.efficiency == Decimal(300) / 510
    assert (found.giveback, found.giveback_r) == (210, Decimal("1.4"))
    assert found.outlying_bars == 0


def test_the_worked_numbers_hold():
    if not VECTORS.exists():
        pytest.skip(f"no worked numbers at {VECTORS}")
    told = json.loads(VECTORS.read_text(encoding="utf-8"))["r_multiple"]["mae_mfe"]
    trade = the_trade(
        fill(0, 10, told["entry"], stop=told["stop"]), fill(1, -10, told["exit"])
    )
    found = excursion(trade, [bar(0, told["low"], told["high"])], interval=MINUTE)
    assert float(found.mae_r) == told["mae_r"]
    assert float(found.mfe_r) == told["mfe_r"]
    assert float(trade.r_multiple) == told["r"]
    assert float(found.efficiency) == pytest.approx(told["exit_efficiency"], abs=1e-6)
    assert float(found.giveback_r) == told["giveback_r"]


def test_a_short_fears_the_highs():
    trade = the_trade(fill(0, -100, 40, stop=44), fill(2, 100, 34))
    found = excursion(trade, [bar(0, 39, 43), bar(1, 33, 38)], interval=MINUTE)
    assert (found.mae, found.mfe) == (-300, 700)


def test_each_extreme_counts_for_what_was_held_then():
    trade = the_trade(fill(0, 100, 50), fill(1, -50, 52), fill(2, -50, 51))
    found = excursion(trade, [bar(0, 49, 53), bar(1, 45, 60)], interval=MINUTE)
    assert found.mae == 100 + 50 * (45 - 50)
    assert found.mfe == 100 + 50 * (60 - 50)


def test_bars_outside_the_time_held_do_not_count():
    trade = the_trade(fill(1, 100, 50), fill(2, -100, 51))
    bars = [bar(0, 10, 90), bar(1, 49, 52), bar(2, 10, 90)]
    found = excursion(trade, bars, interval=MINUTE)
    assert (found.mae, found.mfe, found.outlying_bars) == (-100, 200, 0)


@pytest.mark.parametrize(("opened", "closed"), [(1.5, 2), (1, 1.5), (1.2, 1.8)])
def test_bars_that_reach_beyond_the_time_held_are_counted(opened, closed):
    trade = the_trade(fill(opened, 100, 50), fill(closed, -100, 51))
    found = excursion(trade, [bar(1, 49, 52)], interval=MINUTE)
    assert (found.mae, found.mfe, found.outlying_bars) == (-100, 200, 1)


def test_without_bars_the_fills_themselves_are_what_was_seen():
    trade = the_trade(fill(0, 100, 50), fill(1, -100, 48))
    found = excursion(trade, [], interval=MINUTE)
    assert (found.mae, found.mfe) == (-200, 0)
    assert found.efficiency is None
    assert found.giveback == 200


def test_an_open_trade_has_excursions_so_far_and_gives_nothing_back_yet():
    trade = the_trade(fill(0, 100, 50, stop=48))
    found = excursion(trade, [bar(0, 49, 53), bar(5, 49, 55)], interval=MINUTE)
    assert (found.mae_r, found.mfe_r) == (Decimal("-0.5"), Decimal("2.5"))
    assert (found.efficiency, found.giveback) == (None, None)


def test_an_unknown_cost_has_no_excursions():
    [trade] = build_trades([fill(1, -100, 50)], entries=[entry(0, 100)])
    assert excursion(trade, [bar(0, 49, 53)], interval=MINUTE) is None
