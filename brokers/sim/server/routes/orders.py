"""`/v2/orders`."""

from __future__ import annotations

import sys

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.domain.orders import Side
from brokers.sim.engine import Exchange, OrderFilter
from brokers.sim.server.context import (
    account_of,
    answer,
    json_object,
    no_content,
    path_id,
    trading_query,
    venue_of,
)
from brokers.sim.server.errors import unprocessable
from brokers.sim.server.order_forms import order_request, replace_request
from brokers.sim.server.queries import Query
from brokers.sim.server.rendering.orders import cancel_body, order_body


LIMITS = range(1, 501)
SIDES = {"": None, "buy": Side.BUY, "sell": Side.SELL}


async def submit(request: Request) -> Response:
    wanted = order_request(await json_object(request))
    account_id = account_of(request)
    order = await venue_of(request).act(
        lambda exchange, now: exchange.submit(account_id, wanted, now)
    )
    return answer(order_body(order))


async def list_orders(request: Request) -> Response:
    query, account_id = trading_query(request), account_of(request)
    wanted, limit = _filter(query), query.integer("limit", LIMITS, 50)
    classes = query.words("asset_class")
    if classes and not {"us_equity", "all"} & set(classes):
        return answer([])
    exchange = venue_of(request).look()
    page = _page(query, exchange, account_id)
    found = [
        order
        for order in exchange.orders(account_id, wanted)
        if page is None or order.id in page
    ]
    return answer([order_body(order) for order in found[:limit]])


def _filter(query: Query) -> OrderFilter:
    """All but the limit and the order ids that bound a page."""
    return OrderFilter(
        status=query.choice("status", ("open", "closed", "all"), "open"),
        limit=sys.maxsize,
        after=query.instant("after"),
        until=query.instant("until"),
        descending=query.choice("direction", ("asc", "desc"), "desc") == "desc",
        nested=query.boolean("nested"),
        symbols=frozenset(query.words("symbols")),
        side=SIDES[query.choice("side", SIDES, "")],
    )


def _page(query: Query, exchange: Exchange, account_id: str) -> set[str] | None:
    """The ids before or after an order: instants may tie, places in the list do not."""
    before, after = query.text("before_order_id"), query.text("after_order_id")
    if before and after:
        raise unprocessable("before_order_id and after_order_id exclude each other")
    if not before and not after:
        return None
    everything = OrderFilter(status="all", limit=sys.maxsize, descending=False)
    ids = [order.id for order in exchange.orders(account_id, everything)]
    if (before or after) not in ids:
        raise query.refusal("before_order_id" if before else "after_order_id")
    place = ids.index(before or after)
    return set(ids[:place] if before else ids[place + 1 :])


async def get_order(request: Request) -> Response:
    order_id, nested = path_id(request, "order_id"), trading_query(request)
    order = (
        venue_of(request)
        .look()
        .order(account_of(request), order_id, nested=nested.boolean("nested"))
    )
    return answer(order_body(order))


async def get_by_client_id(request: Request) -> Response:
    client_order_id = trading_query(request).required("client_order_id")
    exchange = venue_of(request).look()
    order = exchange.order_by_client_id(account_of(request), client_order_id)
    return answer(order_body(order))


async def replace(request: Request) -> Response:
    order_id = path_id(request, "order_id")
    change = replace_request(await json_object(request))
    account_id = account_of(request)
    order = await venue_of(request).act(
        lambda exchange, now: exchange.replace(account_id, order_id, change, now=now)
    )
    return answer(order_body(order))


async def cancel(request: Request) -> Response:
    order_id, account_id = path_id(request, "order_id"), account_of(request)
    await venue_of(request).act(
        lambda exchange, now: exchange.cancel(account_id, order_id, now)
    )
    return no_content()


async def cancel_all(request: Request) -> Response:
    account_id = account_of(request)
    outcomes = await venue_of(request).act(
        lambda exchange, now: exchange.cancel_all(account_id, now)
    )
    return answer([cancel_body(outcome) for outcome in outcomes], 207)


ROUTES = [
    Route("/v2/orders", submit, methods=["POST"]),
    Route("/v2/orders", list_orders, methods=["GET"]),
    Route("/v2/orders", cancel_all, methods=["DELETE"]),
    Route("/v2/orders:by_client_order_id", get_by_client_id, methods=["GET"]),
    Route("/v2/orders/{order_id}", get_order, methods=["GET"]),
    Route("/v2/orders/{order_id}", replace, methods=["PATCH"]),
    Route("/v2/orders/{order_id}", cancel, methods=["DELETE"]),
]
