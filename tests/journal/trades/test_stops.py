from __future__ import annotations

from decimal import Decimal

from journal.trades.build import build_trades
from journal.trades.stops import StopChange, StopMove, stop_effects
from tests.journal.trades.fills import at, entry, fill, optional, the_trade


def move(minute: float, before: object, after: object) -> StopMove:
    return StopMove(moved_at=at(minute), before=optional(before), after=optional(after))


def test_trailing_a_stop_takes_risk_out_of_the_trade():
    trade = the_trade(fill(0, 100, 50, stop=47), fill(9, -100, 56))
    to_break_even, locked_in = stop_effects(trade, [move(5, 50, 53), move(2, 47, 50)])
    assert to_break_even.kind is StopChange.TIGHTENED
    assert (to_break_even.change, to_break_even.change_r) == (300, 1)
    assert to_break_even.result_at_stop_r == 0
    assert (locked_in.result_at_stop, locked_in.result_at_stop_r) == (300, 1)


def test_a_short_tightens_downwards():
    trade = the_trade(fill(0, -100, 40, stop=44))
    [effect] = stop_effects(trade, [move(1, 44, 42)])
    assert (effect.kind, effect.change_r) == (StopChange.TIGHTENED, Decimal("0.5"))
    assert effect.result_at_stop_r == Decimal("-0.5")


def test_widening_adds_risk_and_leaves_the_initial_risk_alone():
    trade = the_trade(fill(0, 100, 50, stop=47), fill(9, -100, 44))
    [effect] = stop_effects(trade, [move(1, 47, 44)])
    assert (effect.kind, effect.change_r) == (StopChange.WIDENED, -1)
    assert effect.result_at_stop_r == trade.r_multiple == -2
    assert trade.initial_risk == 300


def test_what_was_realised_counts_at_the_stop():
    trade = the_trade(fill(0, 100, 50, stop=47), fill(1, -50, 56))
    [effect] = stop_effects(trade, [move(2, 47, 50)])
    assert (effect.held, effect.change) == (50, 150)
    assert effect.result_at_stop == 300


def test_a_stop_that_comes_or_goes_has_no_figure_for_its_change():
    trade = the_trade(fill(0, 100, 50, stop=47))
    removed, placed = stop_effects(trade, [move(1, 47, None), move(2, None, 48)])
    assert (removed.kind, removed.change) == (StopChange.REMOVED, None)
    assert removed.result_at_stop is None
    assert (placed.kind, placed.change) == (StopChange.SET, None)
    assert placed.result_at_stop == -200


def test_only_moves_while_something_is_held_are_moves_of_the_trade():
    trade = the_trade(fill(1, 100, 50, stop=47), fill(5, -100, 51))
    moves = [move(0, 46, 47), move(2, 47, 47), move(6, 47, 49)]
    assert stop_effects(trade, moves) == []


def test_an_unknown_cost_has_moves_without_results():
    [trade] = build_trades([], entries=[entry(0, 100)])
    [effect] = stop_effects(trade, [move(1, 47, 48)])
    assert (effect.change, effect.change_r) == (100, None)
    assert effect.result_at_stop is None
