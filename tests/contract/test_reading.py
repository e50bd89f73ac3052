"""What a broker says of the account, the instruments and the market."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.errors import BrokerError
from brokers.domain.reports import BarInterval, CashKind


REACH = {
    BarInterval.MINUTE_1: timedelta(hours=6),
    BarInterval.MINUTE_5: timedelta(days=1),
    BarInterval.MINUTE_15: timedelta(days=2),
    BarInterval.HOUR_1: timedelta(days=7),
    BarInterval.DAY_1: timedelta(days=600),
    BarInterval.WEEK_1: timedelta(days=600),
}


def test_the_account_is_active_and_has_money(desk):
    account = desk.reader.get_account()
    assert account.active
    assert not account.trading_blocked
    assert account.broker_account_id
    assert account.buying_power > 0
    assert account.currency == "USD"


def test_a_position_is_what_was_bought(desk):
    symbol = desk.subject.symbol
    before = {one.symbol: one.quantity for one in desk.reader.get_positions()}
    desk.bought("4")
    held = {one.symbol: one for one in desk.reader.get_positions()}[symbol]
    assert held.quantity - before.get(symbol, 0) == 4
    assert held.average_price > 0
    assert held.market_value == pytest.approx(held.quantity * held.market_price)


def test_instruments_say_what_may_be_done_with_them(desk):
    known = {one.symbol: one for one in desk.reader.get_instruments()}
    for symbol in (desk.subject.symbol, desk.subject.other):
        assert known[symbol].tradable
        assert known[symbol].fractionable
        assert known[symbol].name
        assert known[symbol].tick_at(Decimal(10)) == Decimal("0.01")


def test_quotes_come_for_each_symbol_that_was_asked_for(desk):
    wanted = [desk.subject.symbol, desk.subject.other]
    quotes = desk.reader.get_quotes(wanted)
    assert [quote.symbol for quote in quotes] == wanted
    for quote in quotes:
        assert 0 < quote.bid <= quote.ask
        assert quote.last > 0
        assert quote.quoted_at.tzinfo is not None


@pytest.mark.parametrize("interval", [*BarInterval])
def test_bars_are_in_order_and_hold_their_extremes(desk, interval):
    now = desk.reader.get_clock().now
    start = now - REACH[interval]
    bars = desk.reader.get_bars(desk.subject.symbol, interval, start, now)
    assert len(bars) > 5
    assert [bar.start for bar in bars] == sorted({bar.start for bar in bars})
    assert all(bar.low <= min(bar.open, bar.close) for bar in bars)
    assert all(bar.high >= max(bar.open, bar.close) for bar in bars)
    assert all(bar.volume >= 0 for bar in bars)


def test_more_bars_than_fit_a_page_come_whole(desk):
    now = desk.reader.get_clock().now
    start = now - timedelta(days=20)
    bars = desk.reader.get_bars(desk.subject.symbol, BarInterval.MINUTE_1, start, now)
    assert len(bars) > 10_000
    assert len({bar.start for bar in bars}) == len(bars)


def test_bars_of_what_is_not_traded_are_none_or_refused(desk):
    now = desk.reader.get_clock().now
    try:
        bars = desk.reader.get_bars(
            "ZZZZZ", BarInterval.DAY_1, now - timedelta(days=9), now
        )
    except BrokerError:
        return
    assert not bars


def test_the_venue_tells_its_time_and_what_comes_next(desk):
    clock = desk.reader.get_clock()
    assert clock.next_open > clock.now
    assert clock.next_close > clock.now


def test_the_calendar_holds_the_days_asked_for_in_order(desk):
    now = desk.reader.get_clock().now
    days = desk.reader.get_calendar(now, now + timedelta(days=10))
    assert days
    assert [day.day for day in days] == sorted(day.day for day in days)
    for day in days:
        assert day.extended_opens <= day.opens < day.closes <= day.extended_closes
    assert abs(days[0].day - now.date()) <= timedelta(days=4)


def test_nothing_that_the_broker_says_is_unfamiliar(desk):
    reader = desk.reader
    reader.get_account()
    reader.get_positions()
    reader.list_orders(open_only=False)
    reader.list_cash()
    assert not reader.unfamiliar


def test_cash_that_moved_without_a_trade_is_listed_once_and_signed(desk):
    moved = desk.reader.list_cash()
    assert moved
    ids = [one.activity_id for one in moved]
    assert len(ids) == len(set(ids))
    deposits = [one for one in moved if one.kind is CashKind.TRANSFER]
    assert deposits
    for one in moved:
        assert one.occurred_at.tzinfo is not None
        assert one.description
    assert all(one.amount > 0 for one in deposits)


def test_only_cash_that_moved_since_is_asked_for(desk):
    now = desk.reader.get_clock().now
    assert desk.reader.list_cash(after=now + timedelta(days=1)) == []


def test_cash_and_fills_together_explain_what_the_account_holds(desk):
    desk.bought("3")
    moved = sum((one.amount for one in desk.reader.list_cash()), Decimal(0))
    spent = sum(
        (
            one.side.sign * one.quantity * one.price + (one.fees or 0)
            for one in desk.reader.list_fills()
        ),
        Decimal(0),
    )
    told = desk.reader.get_account().cash
    assert told == pytest.approx(moved - spent, abs=Decimal("0.01"))
