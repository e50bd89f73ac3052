"""Every type x class x time in force, and what must come of it; no cell is left out."""

from __future__ import annotations

from itertools import product

import pytest

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.sim.engine import Rejection
from tests.sim.engine.desk import BUY, SELL, Desk, order


PRICES = {
    OrderType.MARKET: {},
    OrderType.LIMIT: {"limit_price": "60.05"},
    OrderType.STOP: {"stop_price": "61.00"},
    OrderType.STOP_LIMIT: {"stop_price": "61.00", "limit_price": "61.50"},
    OrderType.TRAILING_STOP: {"trail_price": "1.00"},
}
EXITS = {
    OrderClass.SIMPLE: {},
    OrderClass.BRACKET: {
        "take_profit_limit_price": "64.50",
        "stop_loss_stop_price": "58.50",
    },
    OrderClass.OTO: {"stop_loss_stop_price": "58.50"},
    OrderClass.OCO: {
        "take_profit_limit_price": "64.50",
        "stop_loss_stop_price": "58.50",
    },
}
RESTING = {TimeInForce.DAY, TimeInForce.GTC}
AUCTIONS = {TimeInForce.OPG, TimeInForce.CLS}
PLAIN = {OrderType.MARKET, OrderType.LIMIT}
CELLS = list(product(OrderType, OrderClass, TimeInForce))


def expected(kind, group, force):
    """The status after the moment of submission, or the code of the refusal."""
    complex_kinds = {OrderClass.OCO: {OrderType.LIMIT}, OrderClass.SIMPLE: PRICES}
    entries = PRICES.keys() - {OrderType.TRAILING_STOP}
    if kind not in complex_kinds.get(group, entries):
        return 40010001
    simple = group is OrderClass.SIMPLE and kind in PLAIN
    if force not in RESTING and not simple:
        return 42210000
    if kind not in PLAIN or group is OrderClass.OCO:
        return "new"
    return "accepted" if force in AUCTIONS else "filled"


def submitted(desk: Desk, kind, group, force) -> str | int:
    if group is OrderClass.OCO:
        desk.buy()
        prices = {} if kind is OrderType.LIMIT else PRICES[kind]
    else:
        prices = PRICES[kind]
    side = SELL if group is OrderClass.OCO else BUY
    asked = order(
        side,
        type=kind,
        order_class=group,
        time_in_force=force,
        **prices,
        **EXITS[group],
    )
    try:
        return desk.order(desk.submit(asked)).status.value
    except Rejection as refusal:
        return refusal.code


@pytest.mark.parametrize(("kind", "group", "force"), CELLS)
def test_each_cell_ends_as_the_table_says(desk, kind, group, force):
    assert submitted(desk, kind, group, force) == expected(kind, group, force)


def test_the_table_has_every_cell():
    assert len(CELLS) == len(OrderType) * len(OrderClass) * len(TimeInForce) == 120


@pytest.mark.parametrize("kind", sorted(PLAIN))
@pytest.mark.parametrize(
    ("force", "size", "outcome", "filled"),
    [
        (TimeInForce.IOC, 1000, "filled", 10),
        (TimeInForce.IOC, 4, "canceled", 4),
        (TimeInForce.FOK, 1000, "filled", 10),
        (TimeInForce.FOK, 9, "canceled", 0),
        (TimeInForce.DAY, 4, "partially_filled", 4),
        (TimeInForce.GTC, 4, "partially_filled", 4),
    ],
)
def test_what_the_displayed_size_leaves_follows_from_the_time_in_force(
    kind, force, size, outcome, filled
):
    desk = Desk(size=size)
    done = desk.submit(order(type=kind, time_in_force=force, **PRICES[kind]))
    assert desk.order(done).status == outcome
    assert desk.order(done).filled_quantity == filled == desk.held()


@pytest.mark.parametrize(
    ("force", "price", "outcome"),
    [
        (TimeInForce.DAY, "60.00", "new"),
        (TimeInForce.GTC, "60.00", "new"),
        (TimeInForce.IOC, "60.00", "canceled"),
        (TimeInForce.FOK, "60.00", "canceled"),
        (TimeInForce.DAY, "60.01", "filled"),
        (TimeInForce.IOC, "60.01", "filled"),
    ],
)
def test_a_limit_trades_at_the_ask_or_better_and_not_a_tick_below(
    force, price, outcome
):
    desk = Desk()
    done = desk.submit(
        order(type=OrderType.LIMIT, limit_price=price, time_in_force=force)
    )
    assert desk.order(done).status == outcome
