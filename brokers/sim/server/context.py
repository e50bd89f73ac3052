"""What every route needs of its request, typed."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from brokers.sim.engine import Exchange
from brokers.sim.market import Asset
from brokers.sim.server.auth import Credential
from brokers.sim.server.errors import bad_request, invalid_field, unprocessable
from brokers.sim.server.queries import Query, refuse_data_query
from brokers.sim.server.venue import Venue


def venue_of(request: Request) -> Venue:
    return cast("Venue", request.app.state.venue)


def account_of(request: Request) -> str:
    """The id of the account that the request's key opens."""
    return cast("Credential", request.state.credential).account_id


def trading_query(request: Request) -> Query:
    return Query(request.query_params)


def data_query(request: Request) -> Query:
    return Query(request.query_params, refuse_data_query)


def path_id(request: Request, name: str) -> str:
    """A UUID of the path, in its canonical spelling."""
    value = request.path_params[name]
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise invalid_field(name, value) from None


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of a body, its figures as Decimals.

    Raises:
        ApiError: 400, as Alpaca answers what it cannot read.
    """
    try:
        body = json.loads(await request.body() or b"{}", parse_float=Decimal)
    except ValueError:
        raise bad_request("request body format is invalid") from None
    if not isinstance(body, dict):
        raise bad_request("request body format is invalid")
    return body


def find_asset(exchange: Exchange, symbol_or_id: str) -> Asset | None:
    try:
        return exchange.market.asset(symbol_or_id)
    except KeyError:
        return None


def known_symbols(exchange: Exchange, symbols: list[str]) -> tuple[str, ...]:
    """The symbols, each proven to be listed.

    Raises:
        ApiError: 422 naming the first that is not.
    """
    for symbol in symbols:
        if find_asset(exchange, symbol) is None:
            raise unprocessable(f'asset "{symbol}" not found')
    return tuple(symbols)


def answer(body: object, status: int = 200) -> Response:
    return JSONResponse(body, status)


def no_content() -> Response:
    return Response(status_code=204)
