from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.sim.market import BarUnit, Market, Timeframe
from brokers.sim.market.assets import ASSETS
from brokers.sim.market.calendars import calendar_named
from brokers.sim.market.market import second_of


MARKET = Market(7, calendar_named("continuous"))
US = Market(7, calendar_named("us"))
NOW = datetime(2026, 11, 20, 15, 3, 30, tzinfo=UTC)
MINUTE = Timeframe(count=1, unit=BarUnit.MINUTE)
DAY = Timeframe(count=1, unit=BarUnit.DAY)
SYMBOLS = st.sampled_from([asset.symbol for asset in ASSETS])
SECONDS = st.integers(0, 8 * 365 * 86_400)


def bars(market, symbol, timeframe, days, end=NOW):
    start = end - timedelta(days=days)
    return market.bars(symbol, timeframe, start=start, end=end, as_of=end)


@given(SYMBOLS, SECONDS)
@settings(max_examples=60, deadline=None)
def test_every_second_has_a_tick_aligned_price_between_bid_and_ask(symbol, second):
    ticks = MARKET.ticks(symbol, second, second + 30)
    assert (ticks.last > 0).all()
    assert ((ticks.bid <= ticks.last) & (ticks.last <= ticks.ask)).all()
    assert (ticks.bid < ticks.ask).all()
    for prices in (ticks.last, ticks.bid, ticks.ask):
        assert ((prices < 10_000) | (prices % 100 == 0)).all()
    assert (np.minimum(ticks.bid_size, ticks.ask_size) > 0).all()


@given(SYMBOLS, st.integers(0, 8 * 365 * 1440))
@settings(max_examples=40, deadline=None)
def test_a_minute_is_the_aggregate_of_its_prints(symbol, minute):
    found = MARKET.minutes(symbol, minute, minute + 3)
    ticks = MARKET.ticks(symbol, minute * 60, (minute + 3) * 60)
    last, size = ticks.last.reshape(3, 60), ticks.size.reshape(3, 60)
    assert found.open.tolist() == last[:, 0].tolist()
    assert found.high.tolist() == last.max(axis=1).tolist()
    assert found.low.tolist() == last.min(axis=1).tolist()
    assert found.close.tolist() == last[:, -1].tolist()
    assert found.volume.tolist() == size.sum(axis=1).tolist()


@given(SYMBOLS, SECONDS, st.integers(1, 300))
@settings(max_examples=40, deadline=None)
def test_any_instant_can_be_asked_in_any_order(symbol, second, count):
    fresh = Market(7, calendar_named("continuous"))
    later = fresh.tick(symbol, second + count)
    span = MARKET.ticks(symbol, second, second + count + 1)
    assert later.last == span.last[-1]
    assert fresh.tick(symbol, second).ask == span.ask[0]


def test_another_seed_is_another_market_and_symbols_differ():
    other = Market(8, calendar_named("continuous"))
    prices = [m.last_price("ACME", second_of(NOW)) for m in (MARKET, other)]
    assert prices[0] != prices[1]
    week = [b.close for b in bars(MARKET, "ACME", DAY, 7)]
    assert week != [b.close for b in bars(MARKET, "BRIO", DAY, 7)]


@pytest.mark.parametrize("market", [MARKET, US])
@pytest.mark.parametrize("symbol", ["ACME", "MOTE", "NOVA"])
def test_a_daily_bar_is_the_aggregate_of_its_minutes(market, symbol):
    for day in bars(market, symbol, DAY, 6):
        until = min(day.start + timedelta(days=1), NOW)
        minutes = market.bars(symbol, MINUTE, start=day.start, end=until, as_of=NOW)
        assert day.open == minutes[0].open
        assert day.high == max(bar.high for bar in minutes)
        assert day.low == min(bar.low for bar in minutes)
        assert day.close == minutes[-1].close
        assert day.volume == sum(bar.volume for bar in minutes)


@pytest.mark.parametrize(
    ("count", "unit"),
    [(5, BarUnit.MINUTE), (15, BarUnit.MINUTE), (1, BarUnit.HOUR), (1, BarUnit.WEEK)],
)
def test_longer_bars_are_aggregates_too(count, unit):
    frame = Timeframe(count=count, unit=unit)
    start = datetime(2026, 11, 9, tzinfo=UTC)
    end = start + timedelta(days=14)
    long = MARKET.bars("KITE", frame, start=start, end=end, as_of=end)
    short = MARKET.bars("KITE", MINUTE, start=start, end=end, as_of=end)
    assert sum(b.volume for b in long) == sum(b.volume for b in short)
    assert max(b.high for b in long) == max(b.high for b in short)
    assert (long[0].open, long[-1].close) == (short[0].open, short[-1].close)


def test_two_years_of_days_and_a_month_of_minutes_are_there_from_the_start():
    assert len(bars(MARKET, "ACME", DAY, 730)) == 730
    whole = NOW.replace(second=0)
    assert len(bars(MARKET, "ACME", MINUTE, 30, whole)) == 30 * 1440
    assert len(bars(US, "ACME", DAY, 365)) in range(249, 253)


def test_us_minutes_lie_between_four_and_twenty_new_york_time():
    found = bars(US, "ACME", MINUTE, 1, datetime(2026, 11, 21, 6, tzinfo=UTC))
    assert found[0].start == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert found[-1].start == datetime(2026, 11, 21, 0, 59, tzinfo=UTC)


def test_bars_know_nothing_of_what_has_not_happened_yet():
    start, end = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)
    found = MARKET.bars("ACME", MINUTE, start=start, end=end, as_of=NOW)
    assert found[-1].start == NOW - timedelta(seconds=90)
    midnight = NOW.replace(hour=0, minute=0, second=0)
    today = MARKET.bars("ACME", DAY, start=midnight, end=end, as_of=NOW)
    assert today[-1].close == found[-1].close


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.symbol)
def test_a_price_stays_around_its_anchor_and_moves_like_a_stock(asset):
    days = bars(MARKET, asset.symbol, DAY, 730)
    closes = np.array([float(day.close) for day in days])
    daily = np.diff(np.log(closes)).std()
    assert 0.008 < daily < 0.06
    anchor = float(asset.anchor_price)
    assert anchor / 4 < closes.min() <= closes.max() < anchor * 4
    assert all(bar.high >= max(bar.open, bar.close) for bar in days)
    assert all(bar.low <= min(bar.open, bar.close) for bar in days)


def test_volatility_comes_in_clusters():
    days = bars(MARKET, "CRUX", DAY, 730)
    moves = np.abs(np.diff(np.log([float(day.close) for day in days])))
    blocks = moves[: len(moves) // 20 * 20].reshape(-1, 20).mean(axis=1)
    assert blocks.max() > 1.8 * blocks.min()


def test_the_list_has_every_kind_of_asset_that_a_rule_needs():
    assert len({asset.id for asset in ASSETS}) == len(ASSETS) >= 12
    assert any(asset.anchor_price < 1 for asset in ASSETS)
    assert any(asset.anchor_price > 1000 for asset in ASSETS)
    assert any(not asset.shortable for asset in ASSETS)
    assert any(asset.shortable and not asset.easy_to_borrow for asset in ASSETS)
    assert any(not asset.fractionable for asset in ASSETS)
    assert any(asset.is_fund for asset in ASSETS)


def test_quotes_and_trades_come_one_a_second_and_no_more_than_asked_for():
    end = NOW + timedelta(minutes=2)
    quotes = MARKET.quotes("ACME", NOW, end, limit=50)
    trades = MARKET.trades("ACME", NOW, end, limit=1000)
    assert [q.at for q in quotes] == [NOW + timedelta(seconds=n) for n in range(50)]
    assert len(trades) == 121
    assert trades[0] == MARKET.last_trade("ACME", NOW)
    assert quotes[0] == MARKET.quote("ACME", NOW)
    assert [t.number for t in trades] == sorted({t.number for t in trades})


def test_an_asset_is_found_by_symbol_and_by_id_and_else_not():
    assert MARKET.asset("acme") is MARKET.asset(MARKET.asset("ACME").id)
    with pytest.raises(KeyError):
        MARKET.asset("NOPE")
    with pytest.raises(ValueError, match="2020"):
        MARKET.quote("ACME", datetime(2019, 12, 31, tzinfo=UTC))
    assert MARKET.asset("MOTE").anchor_price == Decimal("0.31")
