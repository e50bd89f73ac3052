"""The quotes of a feed: what breaks their listener is told and leaves nothing half alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import redis
from asgiref.sync import sync_to_async
from django.db import connections

from brokers.market import quotes
from brokers.models import Connection
from brokers.streaming.quotes import QuoteListener
from tests.runtime.desk import until
from tests.world import World
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import valkey


PATIENCE_SECONDS = 30


async def listen(connection: Connection, enough: Callable[[], object]) -> None:
    """Until the listener breaks, which is raised, or until there is enough."""
    running = asyncio.create_task(QuoteListener(connection, SYSTEM_CLOCK).run())
    try:
        await asyncio.to_thread(
            until, lambda: running.done() or enough(), PATIENCE_SECONDS
        )
        if running.done():
            running.result()
    finally:
        running.cancel()
        await asyncio.wait([running])
        await sync_to_async(connections.close_all)()


def test_a_listener_that_cannot_write_ends_and_the_next_one_works(desk: World):
    connection = desk.account.connection
    quotes.want(connection.feed, ["HAZE"], desk.clock.now())
    store, key = valkey.client(), f"quotes:{connection.feed}"
    store.set(key, "no table of quotes")
    with pytest.raises(redis.ResponseError):
        asyncio.run(listen(connection, lambda: False))
    store.delete(key)
    asyncio.run(listen(connection, lambda: quotes.latest(connection.feed, ["HAZE"])))
    assert quotes.latest(connection.feed, ["HAZE"])["HAZE"].quote.bid
