from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journal.domain.trades import Direction
from journal.trades.build import ContradictionError, build_trades
from tests.journal.trades.fills import at, entry, fill, split, the_trade


def test_scaling_in_and_out_is_one_trade_with_average_prices():
    trade = the_trade(
        fill(0, 100, 50, fees=1),
        fill(1, 100, 52, fees=1),
        fill(2, -50, 54, fees=1),
        fill(3, -150, 58, fees=1),
    )
    assert trade.key == "1:ACME:x00000.00"
    assert (trade.opened_at, trade.closed_at) == (at(0), at(3))
    assert (trade.quantity, trade.entry_price, trade.exit_price) == (200, 51, 57)
    assert (trade.gross, trade.fees, trade.net) == (1200, 4, 1196)
    assert [one.quantity for one in trade.fills] == [100, 100, -50, -150]
    assert (trade.open_quantity, trade.open_cost) == (0, 0)


def test_a_partial_close_realises_against_the_average_and_leaves_the_rest_open():
    trade = the_trade(fill(0, 100, 50), fill(1, 200, 53), fill(2, -150, 55))
    assert trade.is_open
    assert trade.gross == 150 * (55 - 52)
    assert (trade.open_quantity, trade.open_cost) == (150, 150 * 52)


def test_a_flip_splits_one_fill_over_two_trades():
    long, short = build_trades(
        [fill(0, 100, 50), fill(1, -150, 48, fees=3), fill(2, 50, 45)]
    )
    assert (long.direction, short.direction) == (Direction.LONG, Direction.SHORT)
    assert long.closed_at == short.opened_at == at(1)
    assert (long.gross, long.fees) == (-200, 2)
    assert (short.gross, short.fees) == (150, 1)
    assert short.key == "1:ACME:x00001.00"
    assert long.key != short.key


def test_a_flip_shares_odd_fees_without_losing_any():
    trades = build_trades([fill(0, 1, 50), fill(1, -3, 48, fees="1.00")])
    assert sum(trade.fees for trade in trades) == 1


def test_flat_ends_a_trade_whatever_the_day():
    first, second = build_trades(
        [
            fill(0, 10, 50),
            fill(3000, -10, 51),
            fill(3000, 10, 51, name="z"),
            fill(9000, -10, 49),
        ]
    )
    assert (first.net, second.net) == (10, -20)
    assert (first.closed_at, second.opened_at) == (at(3000), at(3000))


def test_accounts_are_apart_unless_they_are_netted():
    fills = [fill(0, 100, 50, account=1), fill(1, -100, 52, account=2)]
    assert [trade.direction for trade in build_trades(fills)] == ["long", "short"]
    [netted] = build_trades(fills, net_accounts=True)
    assert (netted.account_id, netted.net) == (None, 200)
    assert netted.key == "net:ACME:1/x00000.00"


def test_the_same_execution_id_in_two_accounts_is_two_executions():
    fills = [fill(0, 100, 50, account=1), fill(0, 100, 50, account=2)]
    [netted] = build_trades(fills, net_accounts=True)
    assert netted.quantity == 200


def test_a_fill_told_twice_is_one_and_told_otherwise_is_an_error():
    bought = fill(0, 100, 50)
    assert the_trade(bought, replace(bought)).quantity == 100
    with pytest.raises(ContradictionError):
        build_trades([bought, replace(bought, price=Decimal(51))])


def test_equal_fills_of_the_same_second_are_both_kept():
    assert the_trade(fill(0, 5, 50, name="a"), fill(0, 5, 50, name="b")).quantity == 10


@pytest.mark.parametrize(("old", "new", "after"), [(1, 2, 200), (10, 1, 10)])
def test_a_split_changes_units_and_neither_money_nor_risk(old, new, after):
    fills = [
        fill(0, 100, 50, stop=47),
        fill(2, -after, Decimal(56) * old / new),
    ]
    [trade] = build_trades(fills, splits=[split(1, old, new), split(1, old, new)])
    assert not trade.is_open
    assert (trade.quantity, trade.entry_price) == (after, Decimal(50) * old / new)
    assert (trade.gross, trade.initial_risk, trade.r_multiple) == (600, 300, 2)
    assert trade.tranches[0].stop_price == Decimal(47) * old / new


def test_a_split_concerns_what_was_held_before_it_alone():
    fills = [fill(0, 10, 50), fill(1, -10, 51), fill(3, 10, 25)]
    before, after = build_trades(fills, splits=[split(2, 1, 2)])
    assert (before.quantity, after.quantity, after.open_quantity) == (10, 10, 10)


def test_a_split_counts_in_every_account_once():
    fills = [fill(0, 10, 50, account=1), fill(0, 30, 50, account=2)]
    [netted] = build_trades(fills, splits=[split(1, 1, 2)], net_accounts=True)
    assert netted.open_quantity == 80
    apart = build_trades(fills, splits=[split(1, 1, 2)])
    assert [trade.open_quantity for trade in apart] == [20, 60]


def test_an_opening_of_unknown_cost_has_fees_and_no_made_up_result():
    fills = [fill(1, 50, 20), fill(2, -150, 25, fees="0.5")]
    [trade] = build_trades(fills, entries=[entry(0, 100)])
    assert trade.key == "1:ACME:entry-e0"
    assert (trade.entry_price, trade.exit_price) == (None, 25)
    assert (trade.gross, trade.net, trade.r_multiple) == (None, None, None)
    assert trade.fees == Decimal("0.5")


def test_an_opening_of_known_cost_counts_as_bought_at_it():
    [trade] = build_trades([fill(2, -100, 25)], entries=[entry(0, 100, 20)])
    assert (trade.entry_price, trade.net, trade.r_multiple) == (20, 500, None)


def test_units_that_leave_without_a_price_take_their_cost_along():
    [trade] = build_trades(
        [fill(0, 100, 50), fill(2, -60, 55)], entries=[entry(1, -40)]
    )
    assert not trade.is_open
    assert (trade.gross, trade.exit_price) == (300, 55)


def test_a_holding_that_was_only_moved_away_has_no_result():
    [trade] = build_trades([fill(0, 100, 50)], entries=[entry(1, -100)])
    assert (trade.is_open, trade.gross, trade.exit_price) == (False, None, None)


def test_an_entry_of_the_same_instant_comes_before_the_fill():
    [trade] = build_trades([fill(0, -100, 25)], entries=[entry(0, 100, 20)])
    assert (trade.direction, trade.net) == (Direction.LONG, 500)


def test_an_option_counts_a_hundredfold():
    bought = replace(fill(0, 2, 3, stop=2), multiplier=Decimal(100))
    sold = replace(fill(1, -2, 5), multiplier=Decimal(100))
    trade = the_trade(bought, sold)
    assert (trade.gross, trade.initial_risk, trade.r_multiple) == (400, 200, 2)
    assert (trade.entry_price, trade.exit_price) == (3, 5)
