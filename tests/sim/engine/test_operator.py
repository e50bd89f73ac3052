from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.sim.engine import ActivityFilter, Rejection
from tests.sim.engine.desk import BUY, SELL, Desk, bracket, limit, order, stop


def fills(desk):
    found = desk.exchange.events_since(0)
    return [event for event in found if event.kind in {"fill", "partial_fill"}]


def test_a_bust_undoes_an_execution_and_keeps_the_rest():
    desk = Desk(size=40)
    done = desk.submit(limit(BUY, "60.01", "100"))
    desk.tick(2)
    event = desk.exchange.trade_bust(
        desk.account, fills(desk)[1].execution_id, desk.now
    )
    assert (event.kind, event.quantity, event.position_quantity) == (
        "trade_bust",
        40,
        60,
    )
    assert event.previous_execution_id == fills(desk)[1].execution_id
    assert desk.order(done).filled_quantity == 60
    assert desk.cash == 100_000 - 60 * Decimal("60.01")
    assert desk.held() == 60


def test_the_average_after_a_bust_is_that_of_the_fills_that_stand(desk):
    desk.buy("10")
    desk.price("70.00")
    desk.buy("10")
    desk.exchange.trade_bust(desk.account, fills(desk)[1].execution_id, desk.now)
    position = desk.exchange.position(desk.account, "ACME")
    assert (position.quantity, position.average_entry_price) == (10, Decimal("60.01"))


def test_a_busted_fill_is_marked_in_the_activities_and_cannot_be_busted_again(desk):
    desk.buy("10")
    execution = fills(desk)[0].execution_id
    desk.exchange.trade_bust(desk.account, execution, desk.now)
    wanted = ActivityFilter(types=frozenset({"FILL"}))
    (activity,) = desk.exchange.activities(desk.account, wanted)
    assert (activity.execution_id, activity.status) == (execution, "canceled")
    with pytest.raises(Rejection, match="already busted"):
        desk.exchange.trade_bust(desk.account, execution, desk.now)
    assert desk.held() == 0


@pytest.mark.parametrize(
    ("change", "cash"),
    [
        ({"price": Decimal("59.00")}, 100_000 - 590),
        ({"quantity": Decimal(8)}, 100_000 - 8 * Decimal("60.01")),
        ({"price": Decimal("61.00"), "quantity": Decimal(12)}, 100_000 - 732),
    ],
)
def test_a_correction_restates_under_a_new_execution_id(desk, change, cash):
    done = desk.buy("10")
    old = fills(desk)[0].execution_id
    event = desk.exchange.trade_correct(desk.account, old, desk.now, **change)
    assert event.kind == "trade_correct"
    assert event.previous_execution_id == old != event.execution_id
    assert desk.cash == cash
    assert desk.order(done).filled_quantity == change.get("quantity", 10)
    wanted = ActivityFilter(types=frozenset({"FILL"}))
    states = {a.status for a in desk.exchange.activities(desk.account, wanted)}
    assert states == {"canceled", "correct"}


def test_a_bust_after_the_close_leaves_the_days_result_right(desk):
    desk.buy("10")
    desk.until(desk.now.replace(hour=23, minute=59, second=30))
    desk.price("62.00")
    desk.buy("5", extended_hours=False)
    desk.until(desk.now.replace(second=50))
    desk.exchange.trade_bust(desk.account, fills(desk)[0].execution_id, desk.now)
    assert desk.held() == 0
    assert desk.cash == 100_000


def test_a_late_fill_is_booked_on_a_canceled_order(desk):
    resting = desk.submit(limit(BUY, "50.00"))
    desk.exchange.cancel(desk.account, resting.id, desk.now)
    event = desk.exchange.late_fill(
        desk.account, resting.id, desk.now, quantity=Decimal(4), price=Decimal(50)
    )
    assert (event.kind, event.position_quantity) == ("partial_fill", 4)
    found = desk.order(resting)
    assert (found.status, found.filled_quantity) == ("canceled", 4)
    assert desk.cash == 99_800


def test_an_overfill_is_possible_for_those_who_must_notice_it(desk):
    done = desk.buy("10")
    desk.exchange.late_fill(
        desk.account, done.id, desk.now, quantity=Decimal(5), price=Decimal(60)
    )
    assert desk.order(done).filled_quantity == 15
    assert desk.held() == 15


def test_the_venue_may_throw_an_order_out_with_its_exits(desk):
    entry = desk.submit(bracket(quantity="10"))
    resting = desk.submit(limit(BUY, "10.00", symbol="BRIO"))
    event = desk.exchange.reject_order(
        desk.account, resting.id, "symbol suspended", now=desk.now
    )
    assert (event.kind, event.order.reject_reason) == ("rejected", "symbol suspended")
    assert desk.order(resting).failed_at == desk.now
    target = desk.order(entry, nested=True).legs[0]
    desk.exchange.reject_order(desk.account, target.id, "no", now=desk.now)
    legs = desk.order(entry, nested=True).legs
    assert [leg.status.value for leg in legs] == ["rejected", "canceled"]


def test_nothing_trades_in_a_halted_symbol_until_it_resumes(desk):
    desk.buy("10")
    guard = desk.submit(stop(SELL, "58.00", "10"))
    desk.exchange.halt("ACME", desk.now)
    refusal = desk.refused(order(SELL, "1"))
    assert refusal.message == (
        "market order rejected due to trading halt on symbol: ACME"
    )
    desk.price("57.00")
    desk.tick(60)
    assert desk.order(guard).status == "new"
    desk.exchange.resume("ACME", desk.now)
    assert desk.order(guard).status == "filled"


def test_a_released_price_returns_to_the_path(desk):
    bare = Desk(size=5)
    bare.exchange.release_price("ACME", bare.now)
    at = desk.now.replace(minute=5)
    assert desk.exchange.market.last_trade("ACME", at).price == 60
    desk.until(at)
    desk.exchange.release_price("ACME", desk.now)
    later = at.replace(minute=10)
    assert desk.exchange.market.quote("ACME", later) == bare.exchange.market.quote(
        "ACME", later
    )


def test_the_operator_is_told_what_does_not_exist(desk):
    for act in (
        lambda: desk.exchange.halt("NOPE", desk.now),
        lambda: desk.price("60.00", "NOPE"),
        lambda: desk.exchange.trade_bust(desk.account, "none", desk.now),
    ):
        with pytest.raises(Rejection, match="not found"):
            act()
    with pytest.raises(Rejection, match="sub-penny"):
        desk.price("60.001")
