from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from brokers.sim.engine import ActivityFilter, OrderFilter, Rejection
from tests.sim.engine.desk import BUY, SELL, Desk, limit, order


@pytest.fixture
def busy(desk):
    """Four orders, a second apart: open, filled, canceled, open in another symbol."""
    made = [desk.submit(limit(BUY, "50.00"))]
    desk.tick()
    made.append(desk.buy("5"))
    desk.tick()
    made.append(desk.submit(limit(BUY, "51.00")))
    desk.exchange.cancel(desk.account, made[-1].id, desk.now)
    desk.tick()
    made.append(desk.submit(order(SELL, "3", symbol="BRIO")))
    desk.tick()
    return desk, [one.id for one in made]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [0]),
        ({"status": "closed"}, [3, 2, 1]),
        ({"status": "all"}, [3, 2, 1, 0]),
        ({"status": "all", "descending": False}, [0, 1, 2, 3]),
        ({"status": "all", "limit": 2}, [3, 2]),
        ({"status": "all", "symbols": frozenset({"BRIO"})}, [3]),
        ({"status": "all", "side": SELL}, [3]),
    ],
)
def test_orders_are_filtered(busy, wanted, places):
    desk, ids = busy
    found = desk.exchange.orders(desk.account, OrderFilter(**wanted))
    assert [one.id for one in found] == [ids[place] for place in places]


def test_after_and_until_are_exclusive(busy):
    desk, ids = busy
    second = desk.exchange.order(desk.account, ids[1]).submitted_at
    after = OrderFilter(status="all", after=second)
    until = OrderFilter(status="all", until=second)
    assert [o.id for o in desk.exchange.orders(desk.account, after)] == ids[:1:-1]
    assert [o.id for o in desk.exchange.orders(desk.account, until)] == ids[:1]


def test_activities_have_alpacas_ids_which_sort_by_time(busy):
    desk, _ = busy
    found = desk.exchange.activities(desk.account, ActivityFilter(descending=False))
    assert all(re.fullmatch(r"\d{17}::[0-9a-f-]{36}", one.id) for one in found)
    stamps = [one.id.split("::")[0] for one in found]
    assert stamps == sorted(stamps)
    assert [one.type.value for one in found] == ["CSD", "FILL", "FILL"]


def test_activities_page_by_the_last_id_seen(busy):
    desk, _ = busy
    every = desk.exchange.activities(desk.account, ActivityFilter())
    seen, token = [], ""
    while page := desk.exchange.activities(
        desk.account, ActivityFilter(page_size=2, page_token=token)
    ):
        seen.extend(page)
        token = page[-1].id
    assert seen == every
    lost = ActivityFilter(page_token="unknown")
    assert desk.exchange.activities(desk.account, lost) == []


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"types": frozenset({"FILL"})}, 2),
        ({"types": frozenset({"CSD", "FEE"})}, 1),
        ({"day": date(2026, 11, 20)}, 3),
        ({"day": date(2026, 11, 19)}, 0),
    ],
)
def test_activities_are_filtered(busy, wanted, count):
    desk, _ = busy
    found = desk.exchange.activities(desk.account, ActivityFilter(**wanted))
    assert len(found) == count


def test_a_fill_says_how_far_its_order_has_come():
    desk = Desk(size=4)
    desk.buy("10")
    desk.tick(2)
    wanted = ActivityFilter(types=frozenset({"FILL"}), descending=False)
    found = desk.exchange.activities(desk.account, wanted)
    told = [(a.quantity, a.cumulative_quantity, a.leaves_quantity) for a in found]
    assert told == [(4, 4, 6), (4, 8, 2), (2, 10, 0)]
    assert [a.fill_kind for a in found] == ["partial_fill", "partial_fill", "fill"]


def test_events_are_numbered_without_gaps_and_old_ones_go(busy):
    desk, _ = busy
    found = desk.exchange.events_since(0)
    last = desk.exchange.last_event_sequence
    assert [event.sequence for event in found] == list(range(1, last + 1))
    assert desk.exchange.events_since(last) == []
    assert desk.exchange.events_since(last - 2) == found[-2:]
    small = Desk(event_history=3)
    for _ in range(5):
        small.buy("1")
    assert len(small.exchange.events_since(0)) == 3


def test_the_portfolio_history_is_the_equity_that_the_account_had(desk):
    desk.buy("100")
    seen = []
    for _ in range(4):
        desk.until(desk.now.replace(minute=0, second=0) + timedelta(hours=1))
        seen.append(desk.exchange.account(desk.account).equity)
    desk.price("65.00")
    told = desk.exchange.portfolio_history(
        desk.account,
        start=desk.now - timedelta(hours=5),
        end=desk.now - timedelta(hours=1),
        timeframe="1H",
    )
    assert list(told.equity)[-4:] == seen
    assert told.base_value == told.equity[0]
    gains = [value - told.base_value for value in told.equity]
    assert list(told.profit_loss) == gains


def test_the_daily_history_ends_with_the_equity_of_each_close(desk):
    desk.buy("100")
    for _ in range(3):
        desk.until(desk.now + timedelta(days=1))
    told = desk.exchange.portfolio_history(
        desk.account, start=desk.now - timedelta(days=2), end=desk.now
    )
    assert len(told.equity) == 3
    last = desk.exchange.account(desk.account).last_equity
    assert told.equity[1] == last
    assert str(told.base_value_as_of) == "2026-11-20"
    with pytest.raises(Rejection, match="invalid timeframe"):
        desk.exchange.portfolio_history(
            desk.account, start=desk.now, end=desk.now, timeframe="3H"
        )
