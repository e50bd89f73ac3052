from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.orders import TimeInForce
from brokers.sim.engine import OrderFilter, Rejection, ReplaceRequest
from tests.sim.engine.desk import BUY, SELL, Desk, bracket, limit, order, stop


def replace(desk, known, **change):
    asked = {
        name: Decimal(value)
        if name in {"limit_price", "stop_price", "quantity"}
        else value
        for name, value in change.items()
    }
    return desk.exchange.replace(
        desk.account, known.id, ReplaceRequest(**asked), now=desk.now
    )


def test_a_replacement_is_a_new_order_linked_both_ways(desk):
    old = desk.submit(limit(BUY, "50.00", client_order_id="one"))
    new = replace(desk, old, limit_price="51.00", client_order_id="two")
    assert new.id != old.id
    assert (new.replaces, new.limit_price) == (old.id, 51)
    gone = desk.order(old)
    assert (gone.status, gone.replaced_by) == ("replaced", new.id)
    assert gone.replaced_at == desk.now
    assert desk.kinds() == ["new", "replaced", "new"]
    assert desk.exchange.order_by_client_id(desk.account, "one").id == old.id
    assert desk.exchange.order_by_client_id(desk.account, "two").id == new.id


def test_a_replacement_that_can_trade_does(desk):
    new = replace(desk, desk.submit(limit(BUY, "50.00")), limit_price="60.01")
    assert new.status == "pending_new"
    assert desk.order(new).status == "filled"


def test_a_replacement_counts_what_has_filled():
    desk = Desk(size=4)
    old = desk.submit(limit(BUY, "60.01", "10"))
    desk.price("61.00")
    new = replace(desk, old, quantity="6", limit_price="60.00")
    assert (new.filled_quantity, new.quantity) == (4, 6)
    desk.price("59.90")
    desk.tick()
    found = desk.order(new)
    assert (found.status, found.filled_quantity) == ("filled", 6)
    assert desk.held() == 6


def test_buying_power_follows_the_replacement(desk):
    old = desk.submit(limit(BUY, "50.00", "4000"))
    with pytest.raises(Rejection, match="insufficient buying power"):
        replace(desk, old, limit_price="50.01")
    assert desk.exchange.account(desk.account).buying_power == 0
    replace(desk, old, limit_price="49.00")
    assert desk.exchange.account(desk.account).buying_power == 4000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limit_price": "50.00"}, "order parameters are not changed"),
        ({}, "order parameters are not changed"),
        ({"limit_price": "50.001"}, "sub-penny increment"),
        ({"limit_price": "0"}, "limit price must be > 0"),
        ({"stop_price": "49"}, "limit orders require only limit price"),
        ({"trail": Decimal(1)}, "trail is only valid for trailing stop orders"),
        ({"quantity": "1.5"}, "fractional orders cannot be changed"),
        ({"quantity": "0"}, "qty must be > 0"),
        ({"client_order_id": "mine"}, "client_order_id must be unique"),
        ({"time_in_force": TimeInForce.OPG}, "auction orders cannot be changed"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(desk, change, message):
    old = desk.submit(limit(BUY, "50.00", client_order_id="mine"))
    with pytest.raises(Rejection, match=message):
        replace(desk, old, **change)
    assert desk.order(old).status == "new"


def test_quantity_must_exceed_what_has_filled():
    desk = Desk(size=4)
    old = desk.submit(limit(BUY, "60.01", "10"))
    with pytest.raises(Rejection, match="qty must be > filled_qty"):
        replace(desk, old, quantity="4")


@pytest.mark.parametrize("end", ["filled", "canceled", "replaced"])
def test_a_closed_order_cannot_be_replaced_or_canceled(desk, end):
    price = "60.01" if end == "filled" else "50.00"
    old = desk.submit(limit(BUY, price))
    if end == "canceled":
        desk.exchange.cancel(desk.account, old.id, desk.now)
    if end == "replaced":
        replace(desk, old, limit_price="49.00")
    with pytest.raises(Rejection) as caught:
        replace(desk, old, limit_price="48.00")
    assert (caught.value.status, caught.value.code) == (422, 42210000)
    with pytest.raises(Rejection, match=f'order is already in "{end}" state'):
        desk.exchange.cancel(desk.account, old.id, desk.now)


def test_a_replacement_may_become_good_til_canceled(desk):
    old = desk.submit(limit(BUY, "50.00"))
    new = replace(desk, old, time_in_force=TimeInForce.GTC)
    assert new.expires_at > old.expires_at


def test_cancel_all_takes_everything_with_its_exits(desk):
    desk.submit(limit(BUY, "50.00"))
    desk.submit(limit(BUY, "20.00", symbol="BRIO"))
    desk.submit(bracket())
    outcomes = desk.exchange.cancel_all(desk.account, desk.now)
    assert [one.status for one in outcomes] == [200] * 4
    assert desk.exchange.orders(desk.account, OrderFilter()) == []


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, "0"),
        ({"quantity": Decimal(3)}, "7"),
        ({"percentage": Decimal(25)}, "8"),
        ({"percentage": Decimal(100)}, "0"),
    ],
)
@pytest.mark.parametrize("side", [BUY, SELL])
def test_a_position_is_closed_in_whole_or_part(desk, asked, left, side):
    desk.submit(order(side, "10"))
    closing = desk.exchange.close_position(desk.account, "ACME", desk.now, **asked)
    assert (closing.type, closing.side) == ("market", side.opposite)
    assert abs(desk.held()) == Decimal(left)


def test_a_quarter_of_a_fractional_position_is_a_fraction(desk):
    desk.buy("1.5")
    closing = desk.exchange.close_position(
        desk.account, "ACME", desk.now, percentage=Decimal("33.3")
    )
    assert closing.quantity == Decimal("0.4995")


@pytest.mark.parametrize(
    "asked",
    [
        {"percentage": Decimal(101)},
        {"percentage": Decimal(0)},
        {"quantity": Decimal(11)},
        {"quantity": Decimal(1), "percentage": Decimal(1)},
    ],
)
def test_a_position_is_not_closed_by_more_than_it_is(desk, asked):
    desk.buy("10")
    with pytest.raises(Rejection):
        desk.exchange.close_position(desk.account, "ACME", desk.now, **asked)
    assert desk.held() == 10


def test_close_all_says_what_could_not_be_closed_and_why(desk):
    desk.buy("10")
    desk.buy("10", symbol="BRIO")
    desk.submit(stop(SELL, "58.00", "10"))
    outcomes = desk.exchange.close_all(desk.account, desk.now)
    assert [(one.symbol, one.status) for one in outcomes] == [
        ("ACME", 403),
        ("BRIO", 200),
    ]
    assert outcomes[0].code == 40310000
    again = desk.exchange.close_all(desk.account, desk.now, cancel_orders=True)
    assert (again[0].symbol, again[0].status) == ("ACME", 200)
    assert desk.held() == 0
