from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.orders import OrderType
from brokers.sim.engine import ReplaceRequest
from brokers.sim.engine.stops import trailing_stop, trailing_stops
from tests.sim.engine.desk import BUY, SELL, Desk, order, stop


TRAIL = {"type": OrderType.TRAILING_STOP}


def test_a_stop_sleeps_until_a_print_reaches_it(desk):
    desk.buy("10")
    resting = desk.submit(stop(SELL, "58.00"))
    desk.price("58.01")
    desk.tick()
    assert desk.order(resting).status == "new"
    desk.price("58.00")
    assert desk.order(resting).status == "filled"
    assert desk.order(resting).filled_average_price == Decimal("57.99")


def test_a_stop_on_the_wrong_side_triggers_at_once(desk):
    resting = desk.submit(stop(BUY, "59.00"))
    assert desk.order(resting).status == "filled"


@pytest.mark.parametrize(
    ("stop_price", "jump", "outcome"),
    [
        ("61.00", "62.50", "filled"),  # 2.5 % above 61.00 is 62.52
        ("61.00", "62.60", "new"),
    ],
)
def test_a_triggered_buy_stop_does_not_chase_beyond_its_collar(
    desk, stop_price, jump, outcome
):
    resting = desk.submit(stop(BUY, stop_price))
    desk.price(jump)
    desk.tick()
    assert desk.order(resting).status == outcome


def test_a_stop_limit_rests_at_its_limit_once_triggered(desk):
    desk.buy("10")
    asked = order(
        SELL, type=OrderType.STOP_LIMIT, stop_price="58.00", limit_price="57.90"
    )
    resting = desk.submit(asked)
    desk.price("57.00")
    desk.tick()
    assert desk.order(resting).status == "new"
    desk.price("57.95")
    assert desk.order(resting).filled_average_price == Decimal("57.94")


def test_a_trailing_stop_follows_up_and_never_down(desk):
    desk.buy("10")
    trail = desk.submit(order(SELL, **TRAIL, trail_price="1.50"))
    levels = []
    for price in ("60.00", "61.00", "60.20", "62.00", "60.51"):
        desk.price(price)
        desk.tick()
        found = desk.order(trail)
        levels.append((found.high_water_mark, found.stop_price))
    assert levels[1] == levels[2] == (Decimal("61.00"), Decimal("59.50"))
    assert levels[3] == (Decimal("62.00"), Decimal("60.50"))
    assert desk.order(trail).status == "new"
    desk.price("60.50")
    assert desk.order(trail).status == "filled"


def test_a_trailing_buy_stop_follows_down(desk):
    desk.submit(order(SELL, "10"))
    trail = desk.submit(order(BUY, **TRAIL, trail_percent="2"))
    assert desk.order(trail).stop_price == Decimal("61.20")
    desk.price("50.00")
    assert desk.order(trail).stop_price == Decimal("51.00")
    desk.price("51.00")
    assert desk.order(trail).status == "filled"
    assert desk.held() == 0


def test_the_trail_can_be_changed_and_keeps_its_high_water_mark(desk):
    desk.buy("10")
    trail = desk.submit(order(SELL, **TRAIL, trail_price="1.50"))
    desk.price("61.00")
    change = ReplaceRequest(trail=Decimal("0.40"))
    desk.price("60.70")
    new = desk.exchange.replace(desk.account, trail.id, change, now=desk.now)
    assert new.high_water_mark == Decimal(61)
    assert new.stop_price == Decimal("60.60")


def test_trailing_through_skipped_minutes_is_trailing_through_every_second():
    """The same path, once hour by hour and once second by second."""
    runs = []
    for step in (3600, 1):
        desk = Desk()
        desk.exchange.release_price("ACME", desk.now)
        desk.buy("10")
        trail = desk.submit(order(SELL, **TRAIL, trail_percent="0.6"))
        for _ in range(3600 // step):
            desk.tick(step)
        runs.append(desk.order(trail))
    assert runs[0] == runs[1]


@given(
    st.sampled_from([BUY, SELL]),
    st.integers(1, 40_000_000),
    st.integers(1, 5_000_000),
    st.booleans(),
)
def test_the_stop_lies_on_the_far_side_of_the_mark_by_the_trail(
    side, mark, trail, by_price
):
    class Trailing:
        trail_price = trail if by_price else None
        trail_percent = None if by_price else trail % 999_999 + 1

    Trailing.side = side
    stop_price = trailing_stop(Trailing, mark)
    assert stop_price >= 1
    assert stop_price < 10_000 or stop_price % 100 == 0
    assert (mark - stop_price) * side.sign <= 0 or stop_price == 1
    assert trailing_stops(Trailing, np.array([mark, mark])).tolist() == [stop_price] * 2
