"""Alpaca's status, code and words for everything that it does not take."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.sim.engine import AccountConfiguration, AccountFlags
from tests.sim.engine.desk import BUY, SELL, Desk, bracket, limit, oco, order, stop


GTC, IOC = TimeInForce.GTC, TimeInForce.IOC
TRAIL = {"type": OrderType.TRAILING_STOP}
MALFORMED = [
    (order(quantity=None), "qty or notional is required"),
    (order(notional="100"), "only one of qty or notional is accepted"),
    (order(quantity="0"), "qty must be > 0"),
    (order(quantity="-5"), "qty must be > 0"),
    (order(quantity="0.0000000001"), "qty must be > 0"),
    (order(quantity="NaN"), "qty is out of range"),
    (order(quantity="1e20"), "qty is out of range"),
    (order(limit_price="60"), "market orders require no stop or limit price"),
    (order(type=OrderType.LIMIT), "limit orders require a limit price"),
    (order(type=OrderType.STOP), "stop orders require a stop price"),
    (
        order(type=OrderType.STOP_LIMIT, stop_price="61"),
        "stop limit orders require both stop and limit price",
    ),
    (limit(BUY, "0"), "limit price must be > 0"),
    (limit(BUY, "60", stop_price="61"), "limit orders require only limit price"),
    (stop(BUY, "61", limit_price="62"), "stop orders require only stop price"),
    (
        order(**TRAIL),
        "trailing stop orders must specify one of trail_price or trail_percent",
    ),
    (
        order(**TRAIL, trail_price="1", trail_percent="1"),
        "trailing stop orders must specify one of trail_price or trail_percent",
    ),
    (
        order(**TRAIL, trail_percent="0.05"),
        "trail_percent must be greater than or equal to 0.1",
    ),
    (order(trail_price="1"), "market orders must not have trail_price"),
    (
        order(client_order_id="x" * 129),
        "client_order_id must be no more than 128 characters",
    ),
    (
        order(take_profit_limit_price="64"),
        "simple orders must not have take_profit or stop_loss",
    ),
    (
        order(order_class=OrderClass.OTO),
        "oto orders require either take_profit or stop_loss",
    ),
    (
        order(order_class=OrderClass.BRACKET, stop_loss_stop_price="58"),
        "bracket orders require take_profit.limit_price",
    ),
    (
        order(order_class=OrderClass.BRACKET, take_profit_limit_price="64"),
        "bracket orders require stop_loss.stop_price",
    ),
]
SUB_PENNY = "sub-penny increment does not fulfill minimum pricing criteria"
UNPROCESSABLE = [
    (limit(BUY, "60.001"), f"invalid limit_price 60.001. {SUB_PENNY}"),
    (stop(BUY, "61.015"), f"invalid stop_price 61.015. {SUB_PENNY}"),
    (
        limit(BUY, "0.30005", symbol="MOTE"),
        f"invalid limit_price 0.30005. {SUB_PENNY}",
    ),
    (
        bracket(stop_loss_stop_price="58.505"),
        f"invalid stop_loss.stop_price 58.505. {SUB_PENNY}",
    ),
    (order(symbol="NOPE"), 'asset "NOPE" not found'),
    (order(quantity=None, notional="0.99"), "notional must be >= 1.00"),
    (order(quantity="1.5", time_in_force=GTC), "fractional orders must be DAY orders"),
    (
        order(quantity=None, notional="50", time_in_force=IOC),
        "fractional orders must be DAY orders",
    ),
    (bracket("1.5"), "fractional orders must be simple orders"),
    (
        order(quantity="1.5", **TRAIL, trail_price="1"),
        "fractional orders must be market, limit, stop, or stop_limit orders",
    ),
    (order(SELL, "1.5"), "fractional orders cannot be sold short"),
    (order(SELL, symbol="MOTE"), 'asset "MOTE" cannot be sold short'),
    (
        order(SELL, symbol="LARK", time_in_force=GTC),
        'only day orders are allowed for hard-to-borrow asset "LARK"',
    ),
    (
        order(extended_hours=True),
        "extended hours order must be DAY or GTC limit orders",
    ),
    (
        limit(BUY, "60", extended_hours=True, time_in_force=IOC),
        "extended hours order must be DAY or GTC limit orders",
    ),
    (oco(), "oco orders must be exit orders"),
    (
        bracket(stop_loss_stop_price="65"),
        "take_profit.limit_price must be > stop_loss.stop_price",
    ),
    (
        bracket(stop_loss_stop_price="60"),
        "stop_loss.stop_price must be <= base_price - 0.01",
    ),
    (
        bracket(take_profit_limit_price="60"),
        "take_profit.limit_price must be >= base_price + 0.01",
    ),
]


@pytest.mark.parametrize(("asked", "message"), MALFORMED, ids=lambda one: str(one)[:40])
def test_a_contradictory_request_is_422_with_40010001(desk, asked, message):
    refusal = desk.refused(asked)
    assert (refusal.status, refusal.code, refusal.message) == (422, 40010001, message)


@pytest.mark.parametrize(
    ("asked", "message"), UNPROCESSABLE, ids=lambda one: str(one)[:40]
)
def test_an_order_against_the_rules_is_422_with_42210000(desk, asked, message):
    refusal = desk.refused(asked)
    assert (refusal.status, refusal.code, refusal.message) == (422, 42210000, message)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (order(quantity="1.5", symbol="JADE"), 'asset "JADE" is not fractionable'),
        (order(quantity="4000"), "insufficient buying power"),
        (limit(BUY, "60", "3334"), "insufficient buying power"),
        (order(SELL, "3300"), "insufficient buying power"),
    ],
)
def test_what_the_account_cannot_carry_is_403_with_40310000(desk, asked, message):
    refusal = desk.refused(asked)
    assert (refusal.status, refusal.code, refusal.message) == (403, 40310000, message)


def test_insufficient_buying_power_says_how_much_there_is(desk):
    refusal = desk.refused(order(quantity="4000"))
    assert refusal.extra == {"buying_power": "200000", "cost_basis": "240040"}


def test_selling_more_than_is_held_is_refused_and_never_flips(desk):
    desk.buy("10")
    refusal = desk.refused(order(SELL, "11"))
    assert refusal.code == 40310000
    assert refusal.message == (
        "insufficient qty available for order (requested: 11, available: 10)"
    )
    assert refusal.extra == {
        "available": "10",
        "existing_qty": "10",
        "held_for_orders": "0",
        "symbol": "ACME",
    }


def test_shares_in_open_orders_are_not_available_twice(desk):
    desk.buy("10")
    desk.submit(stop(SELL, "58.00", "7"))
    refusal = desk.refused(order(SELL, "4"))
    assert refusal.extra["available"] == "3"
    assert refusal.extra["held_for_orders"] == "7"
    assert desk.order(desk.submit(order(SELL, "3"))).status == "filled"


def test_a_client_order_id_is_unique_for_ever_even_after_the_end(desk):
    first = desk.submit(limit(BUY, "50", client_order_id="mine"))
    desk.exchange.cancel(desk.account, first.id, desk.now)
    refusal = desk.refused(order(quantity="999999", client_order_id="mine"))
    assert (refusal.status, refusal.code) == (422, 40010001)
    assert refusal.message == "client_order_id must be unique"


def test_two_accounts_may_use_the_same_client_order_id(desk):
    other = desk.exchange.open_account("BOB", desk.now).id
    desk.submit(limit(BUY, "50", client_order_id="mine"))
    desk.submit(limit(BUY, "50", client_order_id="mine"), other)
    mine = desk.exchange.order_by_client_id(desk.account, "mine")
    theirs = desk.exchange.order_by_client_id(other, "mine")
    assert mine.id != theirs.id


@pytest.mark.parametrize(
    ("resting", "asked", "reason"),
    [
        (stop(SELL, "58", "5"), order(), "opposite side market/stop order exists"),
        (limit(SELL, "62", "5"), order(), "opposite side limit order exists"),
        (
            limit(SELL, "62", "5"),
            limit(BUY, "62", "5"),
            "opposite side limit order exists",
        ),
    ],
)
def test_an_order_that_could_meet_ones_own_is_a_potential_wash_trade(
    desk, resting, asked, reason
):
    desk.buy("10")
    known = desk.submit(resting)
    refusal = desk.refused(asked)
    assert (refusal.status, refusal.code) == (403, 40310000)
    assert refusal.message == "potential wash trade detected. use complex orders"
    assert refusal.extra == {"existing_order_id": known.id, "reject_reason": reason}


def test_limits_that_do_not_cross_and_complex_orders_are_no_wash_trade(desk):
    desk.buy("10")
    desk.submit(limit(SELL, "62", "5"))
    assert desk.submit(limit(BUY, "61.99", "1")).status == "pending_new"
    assert desk.submit(bracket("1")).status == "pending_new"


def test_a_bracket_does_not_close_a_position(desk):
    desk.submit(order(SELL, "10"))
    refusal = desk.refused(bracket())
    assert refusal.message == "bracket orders must be entry orders"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (AccountFlags(trading_blocked=True), "account is not authorized to trade"),
        (AccountFlags(account_blocked=True), "account is not authorized to trade"),
    ],
)
def test_a_blocked_account_takes_no_orders_but_cancels(desk, flags, message):
    resting = desk.submit(limit(BUY, "50"))
    desk.exchange.set_flags(desk.account, flags, desk.now)
    assert desk.refused(order()).message == message
    canceled = desk.exchange.cancel(desk.account, resting.id, desk.now)
    assert canceled.status == "canceled"


@pytest.mark.parametrize(
    ("setting", "asked", "message"),
    [
        ({"suspend_trade": True}, order(), "new orders are rejected by user request"),
        ({"no_shorting": True}, order(SELL), "account is not allowed to short"),
        (
            {"max_margin_multiplier": 1},
            order(SELL),
            "account is not allowed to short",
        ),
        (
            {"fractional_trading": False},
            order(quantity="0.5"),
            "fractional trading is disabled for this account",
        ),
    ],
)
def test_the_users_own_settings_are_kept(desk, setting, asked, message):
    wanted = AccountConfiguration(**setting)
    assert desk.exchange.configure(desk.account, wanted, desk.now) == wanted
    assert desk.refused(asked).message == message


def test_an_account_below_two_thousand_dollars_may_not_short():
    desk = Desk(starting_cash=Decimal(1999))
    assert desk.refused(order(SELL, "1")).message == "account is not allowed to short"
    assert desk.exchange.account(desk.account).multiplier == 1


def test_what_is_not_there_is_404(desk):
    for act in (
        lambda: desk.exchange.account("nobody"),
        lambda: desk.exchange.order(desk.account, "nothing"),
        lambda: desk.exchange.order_by_client_id(desk.account, "nothing"),
        lambda: desk.exchange.position(desk.account, "ACME"),
        lambda: desk.exchange.position(desk.account, "NOPE"),
        lambda: desk.exchange.cancel(desk.account, "nothing", desk.now),
    ):
        with pytest.raises(Exception, match="not") as caught:
            act()
        assert (caught.value.status, caught.value.code) == (404, 40410000)
