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


class _Told:
    """What one transaction tells, each thing once, in one round trip after it."""

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], None] = {}

    def add(self, channel: str, message: str) -> None:
        self._messages[channel, message] = None

    def __call__(self) -> None:
        try:
            with valkey.client().pipeline(transaction=False) as pipeline:
                for channel, message in self._messages:
                    pipeline.publish(channel, message)
                pipeline.execute()
        except redis.RedisError as error:
            messages = len(self._messages)
            log.warning("events_not_published", messages=messages, error=str(error))


def _after_commit(channel: str, kind: str, data: Mapping[str, str]) -> None:
    message = _message(Kind(kind), data)
    waiting = _waiting()
    if waiting is None:
        waiting = _Told()
        waiting.add(channel, message)
        transaction.on_commit(waiting)
    else:
        waiting.add(channel, message)


def _waiting() -> _Told | None:
    """What this transaction is to tell already; a savepoint's goes with it."""
    connection = transaction.get_connection()
    inside = set(connection.savepoint_ids)
    for savepoints, callback, _robust in connection.run_on_commit:
        if isinstance(callback, _Told) and savepoints == inside:
            return callback
    return None


def _send(channel: str, kind: Kind, data: Mapping[str, object]) -> None:
    try:
        valkey.client().publish(channel, _message(kind, data))
    except redis.RedisError as error:
        log.warning("event_not_published", kind=kind, error=str(error))


def _message(kind: Kind, data: Mapping[str, object]) -> str:
    return json.dumps({"kind": kind, "data": data}, separators=(",", ":"))
