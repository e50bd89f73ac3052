"""Assets, calendar, clock and watchlists, read by Alpaca's client."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import AssetClass, AssetExchange, AssetStatus
from alpaca.trading.requests import (
    CreateWatchlistRequest,
    GetAssetsRequest,
    GetCalendarRequest,
    UpdateWatchlistRequest,
)

from tests.emulators.practice import PracticeExchange
from tests.sim.server.conftest import NOON


def test_at_least_twelve_assets_are_listed(trading: TradingClient) -> None:
    assets = trading.get_all_assets()
    assert len({asset.symbol for asset in assets}) >= 12
    assert len({asset.id for asset in assets}) == len(assets)


def test_assets_are_filtered(trading: TradingClient) -> None:
    everything = trading.get_all_assets()
    nasdaq = trading.get_all_assets(GetAssetsRequest(exchange=AssetExchange.NASDAQ))
    active = trading.get_all_assets(
        GetAssetsRequest(status=AssetStatus.ACTIVE, asset_class=AssetClass.US_EQUITY)
    )
    crypto = trading.get_all_assets(GetAssetsRequest(asset_class=AssetClass.CRYPTO))
    assert {asset.exchange for asset in nasdaq} == {AssetExchange.NASDAQ}
    assert len(nasdaq) < len(everything) == len(active)
    assert crypto == []


def test_an_asset_is_found_by_symbol_and_by_id(trading: TradingClient) -> None:
    by_symbol = trading.get_asset("ACME")
    assert trading.get_asset(str(by_symbol.id)) == by_symbol


def test_an_unknown_asset_is_not_found(trading: TradingClient) -> None:
    with pytest.raises(APIError) as refused:
        trading.get_asset("NOPE")
    assert (refused.value.status_code, refused.value.code) == (404, 40410000)


def test_the_clock_agrees_with_the_calendar(trading: TradingClient) -> None:
    clock = trading.get_clock()
    assert clock.timestamp >= datetime.fromisoformat(NOON)
    assert clock.is_open
    assert clock.next_close > clock.timestamp
    day = clock.next_open.date()
    sessions = trading.get_calendar(GetCalendarRequest(start=day, end=day))
    assert len(sessions) == 1
    assert sessions[0].open < sessions[0].close


def test_the_calendar_tells_the_days_asked_for(trading: TradingClient) -> None:
    start, end = date(2026, 11, 1), date(2026, 11, 30)
    days = [
        s.date for s in trading.get_calendar(GetCalendarRequest(start=start, end=end))
    ]
    assert days == sorted(days)
    assert days[0] >= start
    assert days[-1] <= end
    assert trading.get_calendar()


@pytest.fixture
def name() -> str:
    return f"list {uuid4()}"


def test_a_watchlist_lives_its_life(trading: TradingClient, name: str) -> None:
    made = trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=["ACME"]))
    added = trading.add_asset_to_watchlist_by_id(made.id, "CRUX")
    assert [asset.symbol for asset in added.assets] == ["ACME", "CRUX"]
    left = trading.remove_asset_from_watchlist_by_id(made.id, "ACME")
    assert [asset.symbol for asset in left.assets] == ["CRUX"]
    renamed = UpdateWatchlistRequest(name=f"{name} new", symbols=["ACME", "CRUX"])
    changed = trading.update_watchlist_by_id(made.id, renamed)
    assert trading.get_watchlist_by_id(made.id) == changed
    assert changed.id in {each.id for each in trading.get_watchlists()}
    trading.delete_watchlist_by_id(made.id)
    with pytest.raises(APIError, match="watchlist not found"):
        trading.get_watchlist_by_id(made.id)


def test_a_watchlist_is_reached_by_its_name(
    exchange: PracticeExchange, trading: TradingClient, name: str
) -> None:
    made = trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=["ACME"]))
    path = {"name": name}
    assert trading.get("/watchlists:by_name", path)["id"] == str(made.id)
    query = name.replace(" ", "%20")
    by_name = f"/v2/watchlists:by_name?name={query}"
    added = exchange.request("POST", by_name, {"symbol": "CRUX"})
    assert [asset["symbol"] for asset in added["assets"]] == ["ACME", "CRUX"]
    changed = exchange.request("PUT", by_name, {"name": name, "symbols": []})
    assert changed["assets"] == []
    assert trading.delete("/watchlists:by_name", path) is None


@pytest.mark.parametrize(
    ("symbols", "words"),
    [(["NOPE"], 'asset "NOPE" not found'), (["ACME", "ACME"], "duplicate symbol")],
)
def test_a_watchlist_of_odd_symbols_is_refused(
    trading: TradingClient, name: str, *, symbols: list[str], words: str
) -> None:
    with pytest.raises(APIError) as refused:
        trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=symbols))
    assert refused.value.status_code == 422
    assert words in refused.value.message


def test_two_watchlists_do_not_share_a_name(trading: TradingClient, name: str) -> None:
    trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=[]))
    with pytest.raises(APIError, match="watchlist name must be unique"):
        trading.create_watchlist(CreateWatchlistRequest(name=name, symbols=[]))


def test_the_clock_moves_when_it_is_moved(exchange: PracticeExchange) -> None:
    before = datetime.fromisoformat(exchange.request("GET", "/v2/clock")["timestamp"])
    exchange.advance(90)
    after = datetime.fromisoformat(exchange.request("GET", "/v2/clock")["timestamp"])
    assert after - before == timedelta(seconds=90)
