"""`/v2/stocks`: bars, quotes and prints, by the page, latest, and as snapshots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.engine import Exchange
from brokers.sim.market import Asset, BarUnit, MarketBar, Timeframe
from brokers.sim.server import series
from brokers.sim.server.context import answer, data_query, find_asset, venue_of
from brokers.sim.server.errors import bad_request
from brokers.sim.server.paging import Source, Window, page
from brokers.sim.server.queries import Query
from brokers.sim.server.rendering.market import (
    CONDITIONS,
    EXCHANGES,
    bar_body,
    quote_body,
    trade_body,
)


P = TypeVar("P")
LIMITS = range(1, 10_001)
HISTORICAL_FEEDS = ("", "iex", "otc", "sip", "boats")
LATEST_FEEDS = ("", "delayed_sip", "iex", "otc", "sip", "boats", "overnight")
MINUTE = Timeframe(count=1, unit=BarUnit.MINUTE)
DAY = Timeframe(count=1, unit=BarUnit.DAY)
Body = dict[str, Any]


def _symbols(request: Request, exchange: Exchange) -> tuple[str, ...]:
    """The listed ones of the symbols asked for; of a single one it must be listed."""
    if single := request.path_params.get("symbol"):
        if find_asset(exchange, single) is None:
            raise bad_request(f"invalid symbol: {single}")
        return (single,)
    wanted = data_query(request).required("symbols").split(",")
    if any(not symbol or not symbol.isascii() for symbol in wanted):
        raise bad_request(f"invalid symbols: {','.join(wanted)}")
    return tuple(symbol for symbol in wanted if find_asset(exchange, symbol))


def _window(query: Query, now: datetime) -> Window:
    start = query.instant("start") or datetime.combine(
        now.date(), datetime.min.time(), now.tzinfo
    )
    end = query.instant("end") or now
    if start > end:
        raise bad_request("end should not be before start")
    return Window(
        start=start,
        end=min(end, now),
        limit=query.integer("limit", LIMITS, 1000),
        descending=query.choice("sort", ("asc", "desc"), "asc") == "desc",
    )


def _check(query: Query, feeds: tuple[str, ...]) -> None:
    query.choice("feed", feeds, "")
    if query.text("currency", "USD") != "USD":
        raise query.refusal("currency")


def _pages(
    request: Request,
    name: str,
    *,
    source: Callable[[Exchange], Source[P]],
    body: Callable[[P, Asset], Body],
) -> Response:
    query, exchange = data_query(request), venue_of(request).look()
    _check(query, HISTORICAL_FEEDS)
    found = page(
        source(exchange),
        _symbols(request, exchange),
        _window(query, exchange.now),
        token=query.text("page_token"),
    )
    asset = exchange.market.asset
    bodies = {
        symbol: [body(point, asset(symbol)) for point in points]
        for symbol, points in found.points.items()
    }
    token = {"next_page_token": found.next_page_token}
    if single := request.path_params.get("symbol"):
        return answer({"symbol": single, name: bodies.get(single, []), **token})
    return answer({name: bodies, **token})


async def list_bars(request: Request) -> Response:
    timeframe = series.parse_timeframe(data_query(request).required("timeframe"))
    return _pages(
        request,
        "bars",
        source=lambda exchange: series.bars(exchange.market, timeframe, exchange.now),
        body=lambda bar, _: bar_body(bar),
    )


async def list_quotes(request: Request) -> Response:
    return _pages(
        request,
        "quotes",
        source=lambda exchange: series.quotes(exchange.market),
        body=quote_body,
    )


async def list_trades(request: Request) -> Response:
    return _pages(
        request,
        "trades",
        source=lambda exchange: series.trades(exchange.market),
        body=trade_body,
    )


def latest_bars(exchange: Exchange, symbol: str, timeframe: Timeframe) -> list[Body]:
    """The last two bars, the older first, the younger one as it stands."""
    span = timedelta(hours=2) if timeframe is MINUTE else timedelta(days=12)
    now = exchange.now
    found: list[MarketBar] = list(
        exchange.market.bars(symbol, timeframe, start=now - span, end=now, as_of=now)
    )
    return [bar_body(bar) for bar in found[-2:]]


def _latest_bar(exchange: Exchange, symbol: str) -> Body | None:
    found = latest_bars(exchange, symbol, MINUTE)
    return found[-1] if found else None


def _latest_quote(exchange: Exchange, symbol: str) -> Body:
    market = exchange.market
    return quote_body(market.quote(symbol, exchange.now), market.asset(symbol))


def _latest_trade(exchange: Exchange, symbol: str) -> Body:
    market = exchange.market
    return trade_body(market.last_trade(symbol, exchange.now), market.asset(symbol))


def _snapshot(exchange: Exchange, symbol: str) -> Body:
    days = latest_bars(exchange, symbol, DAY)
    parts = {
        "latestTrade": _latest_trade(exchange, symbol),
        "latestQuote": _latest_quote(exchange, symbol),
        "minuteBar": _latest_bar(exchange, symbol),
        "dailyBar": days[-1] if days else None,
        "prevDailyBar": days[0] if len(days) > 1 else None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _latest(
    request: Request, read: Callable[[Exchange, str], Body | None]
) -> dict[str, Body]:
    exchange = venue_of(request).look()
    _check(data_query(request), LATEST_FEEDS)
    found = {symbol: read(exchange, symbol) for symbol in _symbols(request, exchange)}
    return {symbol: body for symbol, body in found.items() if body is not None}


def _named(request: Request, name: str, found: dict[str, Body]) -> Response:
    if single := request.path_params.get("symbol"):
        return answer({"symbol": single, name: found[single]})
    return answer({f"{name}s": found})


async def latest_bar(request: Request) -> Response:
    return _named(request, "bar", _latest(request, _latest_bar))


async def latest_quote(request: Request) -> Response:
    return _named(request, "quote", _latest(request, _latest_quote))


async def latest_trade(request: Request) -> Response:
    return _named(request, "trade", _latest(request, _latest_trade))


async def snapshots(request: Request) -> Response:
    found = _latest(request, _snapshot)
    if single := request.path_params.get("symbol"):
        return answer({"symbol": single, **found[single]})
    return answer(found)


async def exchanges(_: Request) -> Response:
    return answer(EXCHANGES)


async def conditions(request: Request) -> Response:
    kind = request.path_params["ticktype"]
    data_query(request).choice("tape", ("A", "B", "C"), "")
    if kind not in CONDITIONS:
        raise bad_request(f"invalid ticktype: {kind}")
    return answer(CONDITIONS[kind])


ROUTES = [
    Route("/v2/stocks/meta/exchanges", exchanges, methods=["GET"]),
    Route("/v2/stocks/meta/conditions/{ticktype}", conditions, methods=["GET"]),
    Route("/v2/stocks/snapshots", snapshots, methods=["GET"]),
    Route("/v2/stocks/{symbol}/snapshot", snapshots, methods=["GET"]),
    *(
        Route(f"/v2/stocks/{prefix}{path}", endpoint, methods=["GET"])
        for prefix in ("", "{symbol}/")
        for path, endpoint in (
            ("bars", list_bars),
            ("quotes", list_quotes),
            ("trades", list_trades),
            ("bars/latest", latest_bar),
            ("quotes/latest", latest_quote),
            ("trades/latest", latest_trade),
        )
    ),
]
