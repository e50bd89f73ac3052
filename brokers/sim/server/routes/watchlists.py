"""`/v2/watchlists`, by id and by name."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.server.context import (
    account_of,
    answer,
    find_asset,
    json_object,
    known_symbols,
    no_content,
    path_id,
    trading_query,
    venue_of,
)
from brokers.sim.server.errors import invalid_field, not_found, required_field
from brokers.sim.server.rendering.market import asset_body
from brokers.sim.server.values import instant
from brokers.sim.server.watchlists import Watchlist


def _body(watchlist: Watchlist) -> dict[str, Any]:
    return {
        "id": watchlist.id,
        "account_id": watchlist.account_id,
        "name": watchlist.name,
        "created_at": instant(watchlist.created_at),
        "updated_at": instant(watchlist.updated_at),
    }


def _with_assets(request: Request, watchlist: Watchlist) -> Response:
    exchange = venue_of(request).exchange
    found = [find_asset(exchange, symbol) for symbol in watchlist.symbols]
    assets = [asset_body(asset) for asset in found if asset is not None]
    return answer(_body(watchlist) | {"assets": assets})


def _wanted(request: Request) -> Watchlist:
    """The list that the path or the `name` parameter tells."""
    lists, account_id = venue_of(request).watchlists, account_of(request)
    if "watchlist_id" in request.path_params:
        return lists.get(account_id, path_id(request, "watchlist_id"))
    return lists.by_name(account_id, trading_query(request).required("name"))


def _symbols(request: Request, body: dict[str, Any]) -> tuple[str, ...] | None:
    symbols = body.get("symbols")
    if symbols is None:
        return None
    if not isinstance(symbols, list) or not all(isinstance(s, str) for s in symbols):
        raise invalid_field("symbols", symbols)
    return known_symbols(venue_of(request).exchange, symbols)


def _name(body: dict[str, Any]) -> str | None:
    name = body.get("name")
    if name is not None and not isinstance(name, str):
        raise invalid_field("name", name)
    return name


async def list_watchlists(request: Request) -> Response:
    found = venue_of(request).watchlists.of_account(account_of(request))
    return answer([_body(watchlist) for watchlist in found])


async def create(request: Request) -> Response:
    venue, body = venue_of(request), await json_object(request)
    name = _name(body)
    if name is None:
        raise required_field("name")
    made = venue.watchlists.create(
        account_of(request), name, _symbols(request, body) or (), now=venue.now()
    )
    return _with_assets(request, await venue.keep_watchlist(made))


async def get(request: Request) -> Response:
    return _with_assets(request, _wanted(request))


async def update(request: Request) -> Response:
    venue, body = venue_of(request), await json_object(request)
    found = _wanted(request)
    symbols, name = _symbols(request, body), _name(body)
    changed = venue.watchlists.update(
        found,
        name=found.name if name is None else name,
        symbols=found.symbols if symbols is None else symbols,
        now=venue.now(),
    )
    return _with_assets(request, await venue.keep_watchlist(changed))


async def add_symbol(request: Request) -> Response:
    venue, body = venue_of(request), await json_object(request)
    symbol = body.get("symbol")
    if not isinstance(symbol, str) or not symbol:
        raise required_field("symbol")
    found = _wanted(request)
    symbols = (*found.symbols, *known_symbols(venue.exchange, [symbol]))
    changed = venue.watchlists.update(
        found, name=found.name, symbols=symbols, now=venue.now()
    )
    return _with_assets(request, await venue.keep_watchlist(changed))


async def remove_symbol(request: Request) -> Response:
    venue, found = venue_of(request), _wanted(request)
    symbol = request.path_params["symbol"]
    if symbol not in found.symbols:
        raise not_found(f"symbol {symbol} is not in the watchlist")
    left = tuple(each for each in found.symbols if each != symbol)
    changed = venue.watchlists.update(
        found, name=found.name, symbols=left, now=venue.now()
    )
    return _with_assets(request, await venue.keep_watchlist(changed))


async def delete(request: Request) -> Response:
    await venue_of(request).drop_watchlist(_wanted(request).id)
    return no_content()


ROUTES = [
    Route("/v2/watchlists", list_watchlists, methods=["GET"]),
    Route("/v2/watchlists", create, methods=["POST"]),
    *(
        Route(path, endpoint, methods=[method])
        for path in ("/v2/watchlists:by_name", "/v2/watchlists/{watchlist_id}")
        for method, endpoint in (
            ("GET", get),
            ("PUT", update),
            ("POST", add_symbol),
            ("DELETE", delete),
        )
    ),
    Route("/v2/watchlists/{watchlist_id}/{symbol}", remove_symbol, methods=["DELETE"]),
]
