from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from brokers.domain.orders import OrderType, TimeInForce
from brokers.sim.engine import ActivityFilter, Rejection
from tests.sim.engine.desk import BUY, SELL, Desk, limit, order, stop


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CLOSE = at("2026-11-20T23:59:00")
MIDNIGHT = at("2026-11-21T00:00:00")
OPEN = at("2026-11-21T00:01:00")
OPG, CLS, GTC = TimeInForce.OPG, TimeInForce.CLS, TimeInForce.GTC


def test_a_day_order_expires_at_the_close(desk):
    resting = desk.submit(limit(BUY, "50"))
    assert resting.expires_at == CLOSE
    desk.until(CLOSE - timedelta(seconds=1))
    assert desk.order(resting).status == "new"
    desk.until(CLOSE)
    found = desk.order(resting)
    assert (found.status, found.expired_at) == ("expired", CLOSE)
    assert desk.kinds() == ["new", "expired"]


def test_a_day_order_for_extended_hours_lives_until_they_end(desk):
    resting = desk.submit(limit(BUY, "50", extended_hours=True))
    desk.until(CLOSE + timedelta(seconds=30))
    assert desk.order(resting).status == "new"
    desk.until(MIDNIGHT)
    assert desk.order(resting).status == "expired"


def test_a_good_til_canceled_order_survives_nights_and_trades_by_day_only(desk):
    resting = desk.submit(limit(BUY, "59.00", time_in_force=GTC))
    desk.until(CLOSE)
    desk.price("58.00")
    desk.until(OPEN - timedelta(seconds=1))
    assert desk.order(resting).status == "new"
    desk.until(OPEN)
    assert desk.order(resting).status == "filled"


def test_a_good_til_canceled_order_is_canceled_after_ninety_days():
    desk = Desk()
    resting = desk.submit(limit(BUY, "5.00", time_in_force=GTC))
    desk.until(desk.now + timedelta(days=89))
    assert desk.order(resting).status == "new"
    desk.until(desk.now + timedelta(days=2))
    assert desk.order(resting).status == "canceled"


def test_an_order_after_the_close_waits_for_the_next_opening(desk):
    desk.until(CLOSE + timedelta(seconds=10))
    queued = desk.buy()
    assert queued.status == "accepted"
    assert queued.expires_at == CLOSE + timedelta(days=1)
    desk.until(OPEN)
    assert desk.order(queued).status == "filled"
    assert desk.kinds() == ["accepted", "new", "fill"]


def test_a_queued_order_can_be_canceled_but_not_replaced(desk):
    desk.until(CLOSE)
    queued = desk.submit(limit(BUY, "50"))
    with pytest.raises(Rejection, match="cannot replace order in accepted status"):
        desk.exchange.replace(desk.account, queued.id, change(), now=desk.now)
    desk.exchange.cancel(desk.account, queued.id, desk.now)
    desk.until(OPEN)
    assert desk.order(queued).status == "canceled"


def change():
    from brokers.sim.engine import ReplaceRequest

    return ReplaceRequest(limit_price=Decimal(51))


def test_extended_hours_take_limits_that_asked_for_them(desk):
    desk.until(CLOSE + timedelta(seconds=10))
    taken = desk.submit(limit(BUY, "60.05", extended_hours=True))
    assert desk.order(taken).status == "filled"
    other = desk.submit(limit(BUY, "60.05"))
    assert desk.order(other).status == "accepted"


def test_stops_do_not_trigger_outside_the_regular_session(desk):
    desk.buy("10")
    resting = desk.submit(stop(SELL, "58.00", time_in_force=GTC))
    desk.until(CLOSE)
    desk.price("57.00")
    desk.until(OPEN - timedelta(seconds=1))
    assert desk.order(resting).status == "new"
    desk.until(OPEN)
    assert desk.order(resting).status == "filled"


@pytest.mark.parametrize(("force", "moment"), [(OPG, OPEN), (CLS, CLOSE)])
@pytest.mark.parametrize(
    ("prices", "outcome"),
    [
        ({}, "filled"),
        ({"type": OrderType.LIMIT, "limit_price": "60.00"}, "filled"),
        ({"type": OrderType.LIMIT, "limit_price": "59.99"}, "canceled"),
    ],
)
def test_auction_orders_trade_in_their_auction_or_not_at_all(
    desk, force, moment, prices, outcome
):
    entered = desk.submit(order(time_in_force=force, **prices))
    desk.until(moment - timedelta(seconds=1))
    assert desk.order(entered).status == "accepted"
    desk.until(moment)
    found = desk.order(entered)
    assert found.status == outcome
    if outcome == "filled":
        assert (found.filled_average_price, found.filled_at) == (60, moment)


def test_an_auction_fills_what_it_can_and_cancels_the_rest():
    desk = Desk(size=2)
    entered = desk.submit(order(time_in_force=CLS, quantity="150"))
    desk.until(CLOSE)
    found = desk.order(entered)
    assert (found.status, found.filled_quantity) == ("canceled", 100)


@pytest.mark.parametrize(("force", "moment"), [(OPG, OPEN), (CLS, CLOSE)])
def test_auctions_refuse_late_comers(desk, force, moment):
    desk.until(moment - timedelta(seconds=5))
    refusal = desk.refused(order(time_in_force=force))
    assert (refusal.status, refusal.code) == (403, 40310000)
    assert refusal.message.startswith(f"{force} orders must be submitted after")
    desk.until(moment)
    assert desk.submit(order(time_in_force=force)).status == "accepted"


def test_the_us_calendar_queues_over_the_weekend():
    desk = Desk(now=at("2026-11-20T20:00:00"), calendar="us")
    desk.until(at("2026-11-20T22:00:00"))
    queued = desk.buy()
    assert queued.expires_at == at("2026-11-23T21:00:00")
    desk.until(at("2026-11-23T14:29:59"))
    assert desk.order(queued).status == "accepted"
    desk.until(at("2026-11-23T14:30:00"))
    assert desk.order(queued).status == "filled"


def test_the_us_calendar_says_alpacas_words_about_the_auctions():
    desk = Desk(now=at("2026-11-20T15:00:00"), calendar="us")
    assert desk.refused(order(time_in_force=OPG)).message == (
        "opg orders must be submitted after 7:00pm and before 9:28am"
    )
    assert desk.submit(order(time_in_force=CLS)).status == "accepted"


def test_the_days_turn_keeps_last_equity_and_starts_the_days_result_anew(desk):
    desk.buy("100")
    desk.until(CLOSE - timedelta(seconds=1))
    desk.price("61.00")
    desk.until(OPEN)
    account = desk.exchange.account(desk.account)
    assert account.last_equity == Decimal("100099.00")
    assert str(account.balance_as_of) == "2026-11-20"
    position = desk.exchange.position(desk.account, "ACME")
    assert position.last_day_price == 61
    assert (position.unrealized, position.unrealized_intraday) == (99, 0)
    desk.price("61.50")
    position = desk.exchange.position(desk.account, "ACME")
    assert (position.unrealized, position.unrealized_intraday) == (149, 50)


def test_fees_of_sales_are_posted_at_the_next_opening(desk):
    desk.buy("1000")
    desk.submit(order(SELL, "1000"))
    before = desk.cash
    # 59,990.00 sold: 20.60 per million is 1.2358, and 1,000 x 0.000195 is 0.195
    assert desk.exchange.account(desk.account).accrued_fees == Decimal("1.44")
    desk.until(MIDNIGHT)
    posted = desk.exchange.activities(
        desk.account, ActivityFilter(types=frozenset({"FEE"}))
    )
    assert {one.sub_type: one.net_amount for one in posted} == {
        "REG": Decimal("-1.24"),
        "TAF": Decimal("-0.20"),
    }
    assert desk.cash == before - Decimal("1.44")
    assert desk.exchange.account(desk.account).accrued_fees == 0


def test_sales_settle_on_the_next_day(desk):
    desk.buy("10")
    desk.submit(order(SELL, "10"))
    account = desk.exchange.account(desk.account)
    assert account.cash - account.settled_cash == Decimal("599.90")
    desk.until(MIDNIGHT)
    account = desk.exchange.account(desk.account)
    assert account.cash == account.settled_cash
