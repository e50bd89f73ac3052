"""News for open pages: published by any process, read by the browser from /events.

An event is a hint that something changed, never the truth: a page that hears it fetches
the fragment that shows the row. So an event may be lost, doubled or merged with its twin,
and a failure to publish fails nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum

import redis
import structlog
from django.db import transaction

from tradedesk.web import valkey


log = structlog.get_logger(__name__)

PREFIX = "tradedesk:events:"
EVERYONE = f"{PREFIX}everyone"


class Kind(StrEnum):
    """What an event is about; the name of the event that the page listens to."""

    ORDERS = "orders"
    POSITIONS = "positions"
    ACCOUNT = "account"
    QUOTES = "quotes"
    NOTICE = "notice"
    SYSTEM = "system"


def user_channel(user_id: int) -> str:
    return f"{PREFIX}user:{user_id}"


def feed_channel(feed: str) -> str:
    return f"{PREFIX}feed:{feed}"


def publish(user_id: int, kind: str, data: Mapping[str, str]) -> None:
    """Tell the user's open pages, once the transaction around this has committed."""
    _after_commit(user_channel(user_id), kind, data)


def publish_to_everyone(kind: str, data: Mapping[str, str]) -> None:
    """Tell every signed-in page, once the transaction around this has committed."""
    _after_commit(EVERYONE, kind, data)


def publish_quotes(feed: str, payload: Mapping[str, Mapping[str, str]]) -> None:
    """Send the latest fields per symbol to the readers of a feed, at once.

    Each reader gets at most four messages a second, the newest fields of each symbol
    merged into one.
    """
    _send(feed_channel(feed), Kind.QUOTES, payload)


def _after_commit(channel: str, kind: str, data: Mapping[str, str]) -> None:
    checked, copy = Kind(kind), dict(data)
    transaction.on_commit(lambda: _send(channel, checked, copy))


def _send(channel: str, kind: Kind, data: Mapping[str, object]) -> None:
    message = json.dumps({"kind": kind, "data": data}, separators=(",", ":"))
    try:
        valkey.client().publish(channel, message)
    except redis.RedisError as error:
        log.warning("event_not_published", kind=kind, error=str(error))
