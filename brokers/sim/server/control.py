"""`/control`: the operator's face, open only with `--control`, for tests.

It needs no credentials: whoever can start an exchange with it, on loopback, may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from brokers.sim.engine import AccountFlags, Exchange
from brokers.sim.server import control_books, fault_control
from brokers.sim.server.context import answer, json_object, no_content, venue_of
from brokers.sim.server.control_values import (
    Verb,
    account_of,
    figure,
    optional,
    word,
)
from brokers.sim.server.queries import parse_instant
from brokers.sim.server.rendering.accounts import account_body
from brokers.sim.server.rendering.orders import order_body, trade_update
from brokers.sim.server.values import instant


async def advance(request: Request) -> Response:
    """`{"seconds": n}` or `{"to": instant}`: market time moves, everything happens."""
    venue, body = venue_of(request), await json_object(request)
    if "to" in body:
        by = parse_instant(word(body, "to")) - venue.now()
    else:
        by = timedelta(seconds=float(figure(body, "seconds")))
    venue.time.advance(by)
    await venue.act(lambda exchange, now: exchange.advance(now))
    keep: Callable[[datetime], None] = request.app.state.keep_time
    keep(venue.now())
    return answer({"now": instant(venue.now())})


def _verb(build: Callable[[Request, Mapping[str, Any]], Verb]) -> Any:
    async def endpoint(request: Request) -> Response:
        body = await json_object(request)
        result = await venue_of(request).act(build(request, body))
        return answer(result) if result is not None else no_content()

    return endpoint


def set_price(_: Request, body: Mapping[str, Any]) -> Verb:
    """`{"symbol", "price"}` nails a price, with `size` shares on either side where
    given; without `price` the market takes over.
    """
    symbol = word(body, "symbol")
    if body.get("price") is None:
        return lambda exchange, now: exchange.release_price(symbol, now)
    price, size = figure(body, "price"), optional(body, "size")
    shares = None if size is None else int(size)
    return lambda exchange, now: exchange.force_price(symbol, price, now, size=shares)


def halt(_: Request, body: Mapping[str, Any]) -> Verb:
    symbol = word(body, "symbol")
    return lambda exchange, now: exchange.halt(symbol, now)


def resume(_: Request, body: Mapping[str, Any]) -> Verb:
    symbol = word(body, "symbol")
    return lambda exchange, now: exchange.resume(symbol, now)


def set_flags(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id = account_of(request, body)
    flags = AccountFlags(
        trading_blocked=bool(body.get("trading_blocked")),
        account_blocked=bool(body.get("account_blocked")),
        transfers_blocked=bool(body.get("transfers_blocked")),
    )
    return lambda exchange, now: account_body(
        exchange.set_flags(account_id, flags, now)
    )


def deposit(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, amount = account_of(request, body), figure(body, "amount")

    def verb(exchange: Exchange, now: datetime) -> None:
        exchange.deposit(account_id, amount, now)

    return verb


def bust(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, execution_id = account_of(request, body), word(body, "execution_id")
    return lambda exchange, now: trade_update(
        exchange.trade_bust(account_id, execution_id, now)
    )


def correct(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, execution_id = account_of(request, body), word(body, "execution_id")
    price, quantity = optional(body, "price"), optional(body, "quantity")
    return lambda exchange, now: trade_update(
        exchange.trade_correct(
            account_id, execution_id, now, price=price, quantity=quantity
        )
    )


def late_fill(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, order_id = account_of(request, body), word(body, "order_id")
    quantity, price = figure(body, "quantity"), figure(body, "price")
    return lambda exchange, now: trade_update(
        exchange.late_fill(account_id, order_id, now, quantity=quantity, price=price)
    )


def reject(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, order_id = account_of(request, body), word(body, "order_id")
    reason = str(body.get("reason") or "rejected by the exchange's operator")
    return lambda exchange, now: trade_update(
        exchange.reject_order(account_id, order_id, reason, now=now)
    )


def cancel(request: Request, body: Mapping[str, Any]) -> Verb:
    """An order that the venue ends unasked, as before a corporate action."""
    account_id, order_id = account_of(request, body), word(body, "order_id")
    return lambda exchange, now: order_body(exchange.cancel(account_id, order_id, now))


ROUTES = [
    Route("/control/advance", advance, methods=["POST"]),
    *fault_control.ROUTES,
    *(
        Route(f"/control/{name}", _verb(build), methods=["POST"])
        for name, build in (
            ("price", set_price),
            ("halt", halt),
            ("resume", resume),
            ("flags", set_flags),
            ("deposit", deposit),
            ("bust", bust),
            ("correct", correct),
            ("late-fill", late_fill),
            ("reject", reject),
            ("cancel", cancel),
            *control_books.VERBS,
        )
    ),
]
