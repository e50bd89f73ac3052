"""What the control face reads from a request, and the verbs that it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from brokers.sim.engine import Exchange
from brokers.sim.server.context import venue_of
from brokers.sim.server.errors import invalid_field, required_field
from brokers.sim.server.queries import parse_decimal


Verb = Callable[[Exchange, datetime], Any]


def figure(body: Mapping[str, Any], name: str) -> Decimal:
    if name not in body:
        raise required_field(name)
    try:
        return parse_decimal(body[name])
    except (TypeError, ValueError):
        raise invalid_field(name, body[name]) from None


def optional(body: Mapping[str, Any], name: str) -> Decimal | None:
    return figure(body, name) if body.get(name) is not None else None


def word(body: Mapping[str, Any], name: str) -> str:
    if not isinstance(body.get(name), str):
        raise required_field(name)
    return str(body[name])


def account_of(request: Request, body: Mapping[str, Any]) -> str:
    """The account named by id or key; the first one unless named."""
    accounts = venue_of(request).exchange.account_ids()
    if key := body.get("key"):
        if key not in accounts:
            raise invalid_field("key", key)
        return accounts[key]
    return str(body.get("account_id") or next(iter(accounts.values())))
