"""`/v2/positions`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.server.context import account_of, answer, trading_query, venue_of
from brokers.sim.server.errors import unprocessable
from brokers.sim.server.rendering.accounts import position_body
from brokers.sim.server.rendering.orders import close_body, order_body


async def list_positions(request: Request) -> Response:
    found = venue_of(request).look().positions(account_of(request))
    return answer([position_body(position) for position in found])


async def get_position(request: Request) -> Response:
    exchange = venue_of(request).look()
    symbol = request.path_params["symbol_or_asset_id"]
    return answer(position_body(exchange.position(account_of(request), symbol)))


async def close_position(request: Request) -> Response:
    query, account_id = trading_query(request), account_of(request)
    symbol = request.path_params["symbol_or_asset_id"]
    quantity, percentage = query.decimal("qty"), query.decimal("percentage")
    if quantity is not None and percentage is not None:
        raise unprocessable("only one of qty or percentage is accepted", 40010001)
    order = await venue_of(request).act(
        lambda exchange, now: exchange.close_position(
            account_id, symbol, now, quantity=quantity, percentage=percentage
        )
    )
    return answer(order_body(order))


async def close_all(request: Request) -> Response:
    cancel_orders = trading_query(request).boolean("cancel_orders")
    account_id = account_of(request)
    outcomes = await venue_of(request).act(
        lambda exchange, now: exchange.close_all(
            account_id, now, cancel_orders=cancel_orders
        )
    )
    return answer([close_body(outcome) for outcome in outcomes], 207)


ROUTES = [
    Route("/v2/positions", list_positions, methods=["GET"]),
    Route("/v2/positions", close_all, methods=["DELETE"]),
    Route("/v2/positions/{symbol_or_asset_id}", get_position, methods=["GET"]),
    Route("/v2/positions/{symbol_or_asset_id}", close_position, methods=["DELETE"]),
]
