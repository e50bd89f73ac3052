from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.orders import TimeInForce
from tests.sim.engine.desk import BUY, SELL, Desk, limit, order


@pytest.fixture
def crowd():
    """Three more accounts in a market of wide prices that displays one share."""
    desk = Desk(size=1)
    names = ("BOB", "CAROL", "DAVE")
    return desk, [desk.exchange.open_account(name, desk.now).id for name in names]


def test_the_better_price_comes_first_then_the_earlier_order(crowd):
    desk, (bob, carol, dave) = crowd
    first = desk.submit(limit(SELL, "60.01", "5"), bob)
    second = desk.submit(limit(SELL, "60.01", "5"), carol)
    better = desk.submit(limit(SELL, "60.00", "5"), dave)
    desk.submit(limit(BUY, "60.01", "12"))
    filled = [desk.order(one).filled_quantity for one in (better, first, second)]
    assert filled == [5, 5, 2]


def test_the_price_is_that_of_the_order_that_was_there_first(crowd):
    desk, (bob, *_) = crowd
    desk.submit(limit(SELL, "60.00", "5"), bob)
    taker = desk.submit(limit(BUY, "65.00", "5"))
    assert desk.order(taker).filled_average_price == 60


def test_resting_orders_come_before_the_quote_of_the_second_at_the_same_price(crowd):
    desk, (bob, *_) = crowd
    resting = desk.submit(limit(SELL, "60.01", "1"), bob)
    desk.buy("1")
    assert desk.order(resting).status == "filled"


def test_the_market_comes_first_where_it_is_better(crowd):
    desk, (bob, *_) = crowd
    resting = desk.submit(limit(SELL, "60.02", "1"), bob)
    done = desk.buy("1")
    assert desk.order(done).filled_average_price == Decimal("60.01")
    assert desk.order(resting).status == "new"


def test_nobody_trades_with_themselves(desk):
    desk.buy("5")
    desk.price("60.00", size=1)
    resting = desk.submit(limit(SELL, "60.50", "5"))
    bob = desk.exchange.open_account("BOB", desk.now).id
    desk.submit(limit(BUY, "60.20", "5"), bob)
    assert desk.order(resting).status == "new"
    assert desk.held() == 5


def test_the_displayed_size_is_shared_in_order_and_renewed_every_second():
    desk = Desk(size=10)
    bob = desk.exchange.open_account("BOB", desk.now).id
    mine = desk.submit(limit(BUY, "60.01", "15"))
    theirs = desk.submit(limit(BUY, "60.01", "15"), bob)
    assert [desk.order(one).filled_quantity for one in (mine, theirs)] == [10, 0]
    desk.tick()
    assert [desk.order(one).filled_quantity for one in (mine, theirs)] == [15, 5]
    desk.tick()
    assert [desk.order(one).filled_quantity for one in (mine, theirs)] == [15, 15]


def test_a_fill_or_kill_counts_all_that_is_acceptable(crowd):
    desk, (bob, carol, _) = crowd
    desk.submit(limit(SELL, "60.00", "5"), bob)
    desk.submit(limit(SELL, "60.50", "5"), carol)
    kill = TimeInForce.FOK
    nothing = desk.submit(limit(BUY, "60.10", "7", time_in_force=kill))
    assert desk.order(nothing).filled_quantity == 0
    done = desk.submit(limit(BUY, "60.50", "11", time_in_force=kill))
    assert desk.order(done).filled_quantity == 11


def test_a_market_order_too_large_for_one_second_fills_over_several():
    desk = Desk(size=100)
    done = desk.buy("250")
    assert desk.order(done).status == "partially_filled"
    desk.tick(2)
    assert desk.order(done).status == "filled"
    assert desk.kinds() == ["new", "partial_fill", "partial_fill", "fill"]


def test_both_sides_of_a_trade_between_accounts_are_told(crowd):
    desk, (bob, *_) = crowd
    desk.submit(limit(SELL, "60.00", "5"), bob)
    before = desk.exchange.last_event_sequence
    desk.submit(order(quantity="5"))
    news = desk.exchange.events_since(before)
    fills = [(e.account_id, e.position_quantity) for e in news if e.kind == "fill"]
    assert fills == [(bob, -5), (desk.account, 5)]
