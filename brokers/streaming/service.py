"""Keeps a listener running for every connection, as connections come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from brokers.models import Connection, ConnectionState
from brokers.streaming.orders import listen_to_orders
from brokers.streaming.quotes import QuoteListener
from tradedesk.core.clock import Clock
from tradedesk.web import health


log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 2.0


class StreamService:
    """One asyncio loop with a task per connection and one per feed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Until stopped: start what is missing, end what is gone, tell that we live."""
        while not self._stopped.is_set():
            connections = await sync_to_async(_usable)()
            self._follow(connections)
            await sync_to_async(health.beat)("stream", self._clock.now())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), LOOK_EVERY_SECONDS)
        await self._end_all()

    def _follow(self, connections: list[Connection]) -> None:
        wanted: dict[str, Callable[[], Coroutine[None, None, None]]] = {}
        for one in connections:
            wanted[f"orders:{one.pk}"] = partial(listen_to_orders, one, self._clock)
            quotes = QuoteListener(one, self._clock)
            wanted.setdefault(f"quotes:{one.feed}", quotes.run)
        for name in self._tasks.keys() - wanted.keys():
            self._tasks.pop(name).cancel()
        for name, start in wanted.items():
            if not self._is_running(name):
                self._tasks[name] = asyncio.create_task(start(), name=name)

    def _is_running(self, name: str) -> bool:
        """A listener that broke is reported and started again at the next look."""
        task = self._tasks.get(name)
        if task is None:
            return False
        if not task.done():
            return True
        if not task.cancelled() and (error := task.exception()):
            log.error("listener_failed", listener=name, error=repr(error))
        return False

    async def _end_all(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def _usable() -> list[Connection]:
    close_old_connections()
    found = Connection.objects.exclude(state=ConnectionState.DISABLED)
    return list(found.select_related("owner").order_by("pk"))
