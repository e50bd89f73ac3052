from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.sim.engine import OrderFilter, Rejection, ReplaceRequest
from tests.sim.engine.desk import BUY, SELL, Desk, bracket, oco, order


def statuses(desk, parent):
    found = desk.order(parent, nested=True)
    return [found.status.value, *(leg.status.value for leg in found.legs)]


def test_the_exits_of_a_bracket_are_held_until_the_entry_has_filled_completely():
    desk = Desk(size=6)
    entry = desk.submit(bracket("10"))
    assert [leg.status.value for leg in entry.legs] == ["held", "held"]
    assert statuses(desk, entry) == ["partially_filled", "held", "held"]
    desk.tick()
    assert statuses(desk, entry) == ["filled", "new", "new"]


def test_exits_are_orders_of_their_own_with_the_right_prices_and_sides(desk):
    entry = desk.submit(bracket(stop_loss_limit_price="58.40"))
    target, stop_loss = desk.order(entry, nested=True).legs
    assert (target.type, target.limit_price) == ("limit", Decimal("64.50"))
    assert (stop_loss.type, stop_loss.stop_price) == ("stop_limit", Decimal("58.50"))
    assert stop_loss.limit_price == Decimal("58.40")
    assert {target.side, stop_loss.side} == {SELL}
    assert {target.parent_id, stop_loss.parent_id} == {entry.id}
    assert desk.exchange.order(desk.account, target.id) == desk.order(target)


@pytest.mark.parametrize(
    ("price", "ends"),
    [
        ("64.60", ["filled", "filled", "canceled"]),
        ("58.40", ["filled", "canceled", "filled"]),
    ],
)
def test_one_exit_filling_cancels_the_other(desk, price, ends):
    entry = desk.submit(bracket())
    desk.price(price)
    desk.tick()
    assert statuses(desk, entry) == ends
    assert desk.held() == 0


def test_a_partial_fill_of_one_exit_reduces_the_other(desk):
    entry = desk.submit(bracket("10"))
    desk.price("64.60", size=4)
    target, stop_loss = desk.order(entry, nested=True).legs
    assert target.filled_quantity == 4
    assert stop_loss.quantity == 6
    desk.price("58.00")
    desk.tick()
    assert statuses(desk, entry) == ["filled", "canceled", "filled"]
    assert desk.held() == 0


def test_the_two_exits_reserve_the_shares_once(desk):
    desk.buy("10")
    desk.submit(oco("10"))
    assert desk.exchange.position(desk.account, "ACME").available_quantity == 0
    refusal = desk.refused(order(SELL, "1"))
    assert refusal.extra["held_for_orders"] == "10"


def test_cancelling_the_entry_cancels_its_held_exits(desk):
    entry = desk.submit(bracket(type=OrderType.LIMIT, limit_price="59.50"))
    desk.exchange.cancel(desk.account, entry.id, desk.now)
    assert statuses(desk, entry) == ["canceled"] * 3


def test_cancelling_one_exit_cancels_the_other(desk):
    entry = desk.submit(bracket())
    target = desk.order(entry, nested=True).legs[0]
    desk.exchange.cancel(desk.account, target.id, desk.now)
    assert statuses(desk, entry) == ["filled", "canceled", "canceled"]


def test_an_oco_shows_the_target_as_parent_and_either_side_ends_it(desk):
    desk.buy("10")
    pair = desk.submit(oco("10", client_order_id="pair"))
    assert (pair.type, pair.client_order_id) == ("limit", "pair")
    assert statuses(desk, pair) == ["new", "new"]
    desk.price("58.00")
    desk.tick()
    assert statuses(desk, pair) == ["canceled", "filled"]


def test_an_oco_may_cover_a_short(desk):
    desk.submit(order(SELL, "10"))
    exits = {"take_profit_limit_price": "58", "stop_loss_stop_price": "62"}
    pair = desk.submit(oco("10", side=BUY, **exits))
    desk.price("57.90")
    desk.tick()
    assert statuses(desk, pair) == ["filled", "canceled"]
    assert desk.held() == 0


@pytest.mark.parametrize(
    ("exits", "kind"),
    [
        ({"stop_loss_stop_price": "58.50"}, "stop"),
        ({"take_profit_limit_price": "64.50"}, "limit"),
    ],
)
def test_an_oto_has_one_exit(desk, exits, kind):
    entry = desk.submit(order(order_class=OrderClass.OTO, **exits))
    (leg,) = desk.order(entry, nested=True).legs
    assert (leg.type, leg.status) == (kind, "new")


def test_a_bracket_may_open_a_short(desk):
    exits = {"take_profit_limit_price": "58", "stop_loss_stop_price": "61"}
    entry = desk.submit(bracket(side=SELL, **exits))
    assert statuses(desk, entry) == ["filled", "new", "new"]
    desk.price("61.50")
    desk.tick()
    assert statuses(desk, entry) == ["filled", "canceled", "filled"]


def test_a_stop_is_measured_from_the_nearer_of_entry_limit_and_market(desk):
    far = bracket(
        type=OrderType.LIMIT, limit_price="58.00", stop_loss_stop_price="58.50"
    )
    refusal = desk.refused(far)
    assert refusal.message == "stop_loss.stop_price must be <= base_price - 0.01"
    assert refusal.extra == {"base_price": "58"}


def test_listing_nested_rolls_the_exits_up_and_flat_lists_all(desk):
    entry = desk.submit(bracket())
    nested = desk.exchange.orders(desk.account, OrderFilter(nested=True))
    assert [(one.id, len(one.legs)) for one in nested] == [(entry.id, 2)]
    flat = desk.exchange.orders(desk.account, OrderFilter(status="all"))
    assert len(flat) == 3
    assert all(one.legs == () for one in flat)
    assert len(desk.exchange.orders(desk.account, OrderFilter())) == 2


def test_the_stop_of_a_bracket_can_be_moved_and_keeps_its_place(desk):
    entry = desk.submit(bracket())
    stop_loss = desk.order(entry, nested=True).legs[1]
    moved = desk.exchange.replace(
        desk.account,
        stop_loss.id,
        ReplaceRequest(stop_price=Decimal("59.50")),
        now=desk.now,
    )
    found = desk.order(entry, nested=True)
    assert [leg.id for leg in found.legs][1] == moved.id
    desk.price("59.40")
    desk.tick()
    assert statuses(desk, entry) == ["filled", "canceled", "filled"]
    assert desk.held() == 0


def test_a_held_stop_can_be_moved_before_the_entry_fills(desk):
    entry = desk.submit(bracket(type=OrderType.LIMIT, limit_price="59.50"))
    held = entry.legs[1]
    change = ReplaceRequest(stop_price=Decimal("57.00"))
    moved = desk.exchange.replace(desk.account, held.id, change, now=desk.now)
    assert moved.status == "held"
    desk.price("59.40")
    desk.tick()
    assert desk.order(moved).status == "new"
    assert desk.order(moved).stop_price == Decimal("57.00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ReplaceRequest(quantity=Decimal(5)),
            "qty cannot be changed for advanced orders",
        ),
        (
            ReplaceRequest(stop_price=Decimal(65)),
            "take_profit.limit_price must be > stop_loss.stop_price",
        ),
        (
            ReplaceRequest(time_in_force=TimeInForce.GTC),
            "time_in_force cannot be changed for advanced orders",
        ),
    ],
)
def test_what_cannot_be_changed_about_an_exit(desk, change, message):
    entry = desk.submit(bracket())
    stop_loss = desk.order(entry, nested=True).legs[1]
    with pytest.raises(Rejection, match=message):
        desk.exchange.replace(desk.account, stop_loss.id, change, now=desk.now)
    assert statuses(desk, entry) == ["filled", "new", "new"]


def test_both_exits_reached_in_one_second_never_sell_more_than_is_held(desk):
    desk.buy("10")
    pair = desk.submit(oco("10", take_profit_limit_price="60.50"))
    desk.price("58.00", size=6)
    desk.price("61.00", size=6)
    desk.tick(3)
    assert desk.held() == 0
    assert (
        sum(
            o.filled_quantity
            for o in (desk.order(pair), *desk.order(pair, nested=True).legs)
        )
        == 10
    )
