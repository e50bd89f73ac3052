"""Bars, quotes, prints and snapshots, read by Alpaca's client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alpaca.common.enums import Sort
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.requests import (
    StockBarsRequest,
    StockLatestBarRequest,
    StockLatestQuoteRequest,
    StockLatestTradeRequest,
    StockQuotesRequest,
    StockSnapshotRequest,
    StockTradesRequest,
)
from alpaca.data.timeframe import TimeFrame, TimeFrameUnit

from tests.emulators.practice import PracticeExchange
from tests.sim.server.conftest import NOON
from tests.sim.server.openapi import check_answer
from tests.sim.server.raw import send


NOW = datetime.fromisoformat(NOON)
SYMBOLS = ["ACME", "CRUX"]
TIMEFRAMES = {
    TimeFrame.Minute: 0.5,
    TimeFrame(5, TimeFrameUnit.Minute): 2,
    TimeFrame.Hour: 20,
    TimeFrame.Day: 60,
    TimeFrame.Week: 200,
}


@pytest.mark.parametrize(("timeframe", "days"), TIMEFRAMES.items(), ids=str)
def test_bars_of_each_timeframe_hold_together(
    data: StockHistoricalDataClient, timeframe: TimeFrame, days: float
) -> None:
    start = NOW - timedelta(days=days)
    wanted = StockBarsRequest(
        symbol_or_symbols=SYMBOLS, timeframe=timeframe, start=start
    )
    for bars in data.get_stock_bars(wanted).data.values():
        instants = [bar.timestamp for bar in bars]
        assert instants == sorted(set(instants))
        assert all(b.low <= min(b.open, b.close) for b in bars)
        assert all(b.high >= max(b.open, b.close) for b in bars)
        assert all(b.low <= b.vwap <= b.high for b in bars)


def test_two_years_of_days_and_a_month_of_minutes_are_there_from_the_start(
    data: StockHistoricalDataClient,
) -> None:
    days = StockBarsRequest(
        symbol_or_symbols="ACME",
        timeframe=TimeFrame.Day,
        start=NOW - timedelta(days=731),
    )
    minutes = StockBarsRequest(
        symbol_or_symbols="ACME",
        timeframe=TimeFrame.Minute,
        start=NOW - timedelta(days=31),
        limit=1,
    )
    assert len(data.get_stock_bars(days).data["ACME"]) >= 500
    first = data.get_stock_bars(minutes).data["ACME"][0].timestamp
    assert first <= NOW - timedelta(days=30)


@pytest.mark.parametrize("sort", [Sort.ASC, Sort.DESC])
@pytest.mark.parametrize("kind", ["bars", "quotes", "trades"])
def test_pages_join_without_a_gap_or_a_doubled_point(
    exchange: PracticeExchange, kind: str, sort: Sort
) -> None:
    start = (NOW - timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    query = f"symbols=ACME,CRUX&start={start}&sort={sort.value}&timeframe=1Min"
    whole = _pages(exchange, kind, f"{query}&limit=10000")
    few = 7 if kind == "bars" else 397
    pieces = _pages(exchange, kind, f"{query}&limit={few}")
    assert pieces == whole
    instants = [point["t"] for symbol, point in whole if symbol == "ACME"]
    assert len(instants) > 10
    assert instants == sorted(set(instants), reverse=sort is Sort.DESC)


def _pages(
    exchange: PracticeExchange, kind: str, query: str
) -> list[tuple[str, dict[str, object]]]:
    points, token = [], ""
    while True:
        path = f"/v2/stocks/{kind}"
        body = send(exchange, "GET", f"{path}?{query}&page_token={token}").body
        check_answer("GET", path, status=200, body=body)
        points += [
            (symbol, each) for symbol in body[kind] for each in body[kind][symbol]
        ]
        if not (token := body["next_page_token"]):
            return points


def test_the_latest_values_agree_with_the_snapshot(
    data: StockHistoricalDataClient,
) -> None:
    quotes = data.get_stock_latest_quote(
        StockLatestQuoteRequest(symbol_or_symbols=SYMBOLS)
    )
    trades = data.get_stock_latest_trade(
        StockLatestTradeRequest(symbol_or_symbols=SYMBOLS)
    )
    bars = data.get_stock_latest_bar(StockLatestBarRequest(symbol_or_symbols=SYMBOLS))
    snapshots = data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols=SYMBOLS))
    for symbol in SYMBOLS:
        assert quotes[symbol].bid_price < quotes[symbol].ask_price
        assert snapshots[symbol].latest_quote == quotes[symbol]
        assert snapshots[symbol].latest_trade == trades[symbol]
        assert snapshots[symbol].minute_bar == bars[symbol]
        previous = snapshots[symbol].previous_daily_bar.timestamp
        assert previous < snapshots[symbol].daily_bar.timestamp


def test_quotes_and_prints_of_a_window_lie_in_it(
    data: StockHistoricalDataClient,
) -> None:
    start, end = NOW - timedelta(seconds=90), NOW - timedelta(seconds=30)
    window = {"symbol_or_symbols": "ACME", "start": start, "end": end}
    quotes = data.get_stock_quotes(StockQuotesRequest(**window)).data["ACME"]
    trades = data.get_stock_trades(StockTradesRequest(**window)).data["ACME"]
    assert quotes
    assert trades
    assert all(start <= each.timestamp <= end for each in [*quotes, *trades])
    assert len({trade.id for trade in trades}) == len(trades)


@pytest.mark.parametrize(
    "path",
    [
        "/v2/stocks/ACME/bars?timeframe=1Day&start=2026-10-01",
        "/v2/stocks/ACME/quotes?start=2026-11-18T16:59:00Z",
        "/v2/stocks/ACME/trades?start=2026-11-18T16:59:00%2B00:00",
        "/v2/stocks/ACME/bars/latest",
        "/v2/stocks/ACME/quotes/latest?feed=iex",
        "/v2/stocks/ACME/trades/latest",
        "/v2/stocks/ACME/snapshot",
        "/v2/stocks/meta/exchanges",
        "/v2/stocks/meta/conditions/trade?tape=A",
    ],
)
def test_single_symbol_answers_agree_with_the_document(
    exchange: PracticeExchange, path: str
) -> None:
    got = send(exchange, "GET", path)
    check_answer(
        "GET", path.split("?", maxsplit=1)[0], status=got.status, body=got.body
    )
    assert got.status == 200
    assert all(got.body.values()) or "next_page_token" in got.body


def test_an_unknown_symbol_among_others_is_passed_over(
    exchange: PracticeExchange,
) -> None:
    got = send(exchange, "GET", "/v2/stocks/quotes/latest?symbols=ACME,NOPE").body
    assert set(got["quotes"]) == {"ACME"}


def test_nothing_is_told_of_the_future(data: StockHistoricalDataClient) -> None:
    wanted = StockBarsRequest(
        symbol_or_symbols="ACME",
        timeframe=TimeFrame.Minute,
        start=NOW - timedelta(minutes=5),
        end=datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert data.get_stock_bars(wanted).data["ACME"][-1].timestamp < NOW
