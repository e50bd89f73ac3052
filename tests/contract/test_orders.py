"""Every type with every time in force and class: taken as asked, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.domain.errors import Refused
from brokers.domain.orders import (
    OrderClass,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)


CELLS = [(type_, time) for type_ in OrderType for time in TimeInForce]
AT_ONCE = {TimeInForce.IOC, TimeInForce.FOK}
LIVE = {OrderStatus.SUBMITTED, OrderStatus.WORKING}


@pytest.mark.parametrize(("type_", "time"), CELLS)
def test_each_type_and_time_in_force_is_taken_or_refused_as_the_table_says(
    desk, type_, time
):
    spec = desk.spec(type_, time_in_force=time)
    if not desk.subject.capabilities.takes(type_, time):
        with pytest.raises(Refused):
            desk.place(spec)
        return
    report = desk.place(spec)
    assert (report.type, report.time_in_force) == (type_, time)
    assert (report.quantity, report.side) == (Decimal(10), Side.BUY)
    assert (report.limit_price, report.symbol) == (spec.limit_price, spec.symbol)
    if type_ is not OrderType.TRAILING_STOP:
        assert report.stop_price == spec.stop_price


@pytest.mark.parametrize("time", [*TimeInForce])
def test_an_order_that_cannot_trade_rests_or_ends_by_its_time_in_force(desk, time):
    report = desk.place(desk.spec(time_in_force=time))
    if time in AT_ONCE:
        ended = desk.settled(report, OrderStatus.CANCELLED, OrderStatus.EXPIRED)
        assert ended.filled_quantity == 0
    else:
        desk.venue.tick(2)
        assert desk.reader.get_order(report.broker_order_id).status in LIVE


@pytest.mark.parametrize("time", [TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK])
def test_a_market_order_fills_and_says_at_what_price(desk, time):
    report = desk.place(desk.spec(OrderType.MARKET, time_in_force=time))
    filled = desk.settled(report, OrderStatus.FILLED)
    assert filled.filled_quantity == 10
    assert abs(filled.average_price / desk.price() - 1) < Decimal("0.05")


def test_a_trailing_stop_takes_an_amount_of_money_too(desk):
    spec = desk.spec(
        OrderType.TRAILING_STOP, trail_percent=None, trail_price=Decimal("5.50")
    )
    report = desk.place(spec)
    assert (report.trail_price, report.trail_percent) == (Decimal("5.50"), None)


def test_an_attached_stop_is_a_leg_that_waits_for_its_entry(desk):
    spec = desk.spec(order_class=OrderClass.OTO, stop_loss_price=desk.price("0.70"))
    report = desk.place(spec)
    (leg,) = desk.reader.get_order(report.broker_order_id).legs
    assert (leg.role, leg.side, leg.type) == (
        OrderRole.STOP,
        Side.SELL,
        OrderType.STOP,
    )
    assert (leg.stop_price, leg.quantity) == (spec.stop_loss_price, Decimal(10))
    assert leg.status is OrderStatus.SUBMITTED


def test_an_attached_stop_works_once_the_entry_has_filled(desk):
    spec = desk.spec(
        OrderType.MARKET,
        time_in_force=TimeInForce.GTC,
        order_class=OrderClass.OTO,
        stop_loss_price=desk.price("0.70"),
    )
    entry = desk.settled(desk.place(spec), OrderStatus.FILLED)
    (leg,) = desk.reader.find_order(entry.client_order_id).legs
    stop = desk.settled(leg, OrderStatus.WORKING)
    assert stop.stop_price == spec.stop_loss_price


def test_a_bracket_has_a_stop_and_a_target(desk):
    spec = desk.spec(
        order_class=OrderClass.BRACKET,
        stop_loss_price=desk.price("0.70"),
        stop_loss_limit_price=desk.price("0.69"),
        take_profit_price=desk.price("1.30"),
    )
    report = desk.place(spec)
    legs = {leg.role: leg for leg in report.legs}
    assert legs.keys() == {OrderRole.STOP, OrderRole.TARGET}
    assert legs[OrderRole.STOP].limit_price == spec.stop_loss_limit_price
    assert legs[OrderRole.TARGET].limit_price == spec.take_profit_price


def test_one_of_two_exits_of_a_position_cancels_the_other(desk):
    desk.bought("10")
    spec = desk.spec(
        side=Side.SELL,
        order_class=OrderClass.OCO,
        limit_price=None,
        take_profit_price=desk.price("1.30"),
        stop_loss_price=desk.price("0.70"),
    )
    report = desk.place(spec)
    assert report.order_class is OrderClass.OCO
    desk.trader.cancel_order(report.broker_order_id)
    ended = desk.settled(report, OrderStatus.CANCELLED)
    assert all(leg.status is OrderStatus.CANCELLED for leg in ended.legs)


@pytest.mark.parametrize("type_", [*OrderType])
def test_a_fraction_of_a_share_is_taken_or_refused_as_the_table_says(desk, type_):
    spec = desk.spec(type_, quantity=Decimal("1.123456789"))
    if type_ in desk.subject.capabilities.fractional_types:
        assert desk.place(spec).quantity == Decimal("1.123456789")
    else:
        with pytest.raises(Refused):
            desk.place(spec)


@pytest.mark.parametrize("time", [*TimeInForce])
def test_a_fraction_has_the_times_in_force_of_the_table(desk, time):
    spec = desk.spec(quantity=Decimal("0.5"), time_in_force=time)
    if time in desk.subject.capabilities.fractional_times_in_force:
        assert desk.place(spec).time_in_force is time
    else:
        with pytest.raises(Refused):
            desk.place(spec)


def test_an_amount_of_money_buys_what_it_buys(desk):
    spec = desk.spec(OrderType.MARKET, quantity=None, notional=Decimal("250.00"))
    filled = desk.settled(desk.place(spec), OrderStatus.FILLED)
    assert filled.notional == Decimal(250)
    spent = filled.filled_quantity * filled.average_price
    assert abs(spent - 250) < Decimal("0.50")


@pytest.mark.parametrize("type_", [*OrderType])
def test_extended_hours_are_taken_or_refused_as_the_table_says(desk, type_):
    spec = desk.spec(type_, extended_hours=True)
    if type_ in desk.subject.capabilities.extended_hours_types:
        assert desk.place(spec).extended_hours
    else:
        with pytest.raises(Refused):
            desk.place(spec)


def test_a_short_sale_opens_a_negative_position(desk):
    symbol = desk.subject.other
    spec = desk.spec(
        OrderType.MARKET, symbol=symbol, side=Side.SELL, quantity=Decimal(3)
    )
    desk.settled(desk.place(spec), OrderStatus.FILLED)
    held = {one.symbol: one.quantity for one in desk.reader.get_positions()}
    assert held[symbol] < 0
