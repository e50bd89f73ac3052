"""`/control/books/...`: the back office changes its books and tells nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request

from brokers.sim.engine import Exchange
from brokers.sim.server.control_values import Verb, account_of, figure, word
from brokers.sim.server.rendering.accounts import activity_body


def bust(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, execution_id = account_of(request, body), word(body, "execution_id")
    return lambda exchange, now: exchange.bust_silently(account_id, execution_id, now)


def list_twice(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, execution_id = account_of(request, body), word(body, "execution_id")
    return lambda exchange, now: activity_body(
        exchange.list_twice(account_id, execution_id, now)
    )


def units(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, symbol = account_of(request, body), word(body, "symbol")
    quantity, price = figure(body, "quantity"), figure(body, "price")
    return lambda exchange, now: exchange.move_units(
        account_id, symbol, now, quantity=quantity, price=price
    )


def split(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, symbol = account_of(request, body), word(body, "symbol")
    new, old = int(figure(body, "new")), int(figure(body, "old"))
    return lambda exchange, now: exchange.split(
        account_id, symbol, now, new=new, old=old
    )


def cost(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, symbol = account_of(request, body), word(body, "symbol")
    price = figure(body, "price")
    return lambda exchange, now: exchange.restate_cost(
        account_id, symbol, now, price=price
    )


def cash(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, amount = account_of(request, body), figure(body, "amount")
    return lambda exchange, now: exchange.move_cash(account_id, amount, now)


def charge(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, amount = account_of(request, body), figure(body, "amount")
    return lambda exchange, now: activity_body(exchange.charge(account_id, amount, now))


def fee(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, activity_id = account_of(request, body), word(body, "activity_id")
    amount = figure(body, "amount")

    def verb(exchange: Exchange, now: datetime) -> dict[str, Any]:
        changed = exchange.restate_fee(account_id, activity_id, now, amount=amount)
        return activity_body(changed)

    return verb


def forget(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, order_id = account_of(request, body), word(body, "order_id")
    return lambda exchange, now: exchange.forget_order(account_id, order_id, now)


def reopen(request: Request, body: Mapping[str, Any]) -> Verb:
    account_id, order_id = account_of(request, body), word(body, "order_id")
    return lambda exchange, now: exchange.reopen_order(account_id, order_id, now)


VERBS = (
    ("books/bust", bust),
    ("books/list-twice", list_twice),
    ("books/units", units),
    ("books/split", split),
    ("books/cost", cost),
    ("books/cash", cash),
    ("books/charge", charge),
    ("books/fee", fee),
    ("books/forget", forget),
    ("books/reopen", reopen),
)
