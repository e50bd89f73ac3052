"""One subscription per process, shared by every open page that it serves."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import redis.asyncio
import structlog
from django.conf import settings

from tradedesk.web.events import EVERYONE, PREFIX, Kind, feed_channel, user_channel
from tradedesk.web.mailbox import Event, Mailbox


log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0


class Hub:
    """Hands what Valkey publishes to the mailboxes of those who may read it.

    After the subscription was lost every mailbox is told to fetch again, since nobody
    knows what was missed. So is a page that was rendered before the latest news it may
    read, and had not yet opened its stream when they came.
    """

    def __init__(self) -> None:
        self._mailboxes: dict[str, set[Mailbox]] = defaultdict(set)
        self._latest_ms: dict[str, int] = {}
        self._listening: asyncio.Task[None] | None = None
        self.subscribed = asyncio.Event()

    @contextmanager
    def mailbox(
        self, user_id: int, feeds: frozenset[str], *, since_ms: int = 0
    ) -> Iterator[Mailbox]:
        """`since_ms` is when the page was asked for, of the Unix epoch."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        mailbox = Mailbox(feeds)
        channels = [EVERYONE, user_channel(user_id), *map(feed_channel, feeds)]
        for channel in channels:
            self._mailboxes[channel].add(mailbox)
        if any(self._latest_ms.get(channel, -1) >= since_ms for channel in channels):
            mailbox.refetch()
        try:
            yield mailbox
        finally:
            for channel in channels:
                self._leave(channel, mailbox)

    def _leave(self, channel: str, mailbox: Mailbox) -> None:
        self._mailboxes[channel].discard(mailbox)
        if not self._mailboxes[channel]:
            del self._mailboxes[channel]

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow_subscription()
            except (redis.RedisError, OSError) as error:
                log.warning("event_subscription_lost", error=str(error))
            self.subscribed.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow_subscription(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, decode_responses=True, health_check_interval=15
        )
        async with aclosing(client), client.pubsub() as subscription:
            await subscription.psubscribe(f"{PREFIX}*")
            async for message in subscription.listen():
                if message["type"] == "psubscribe":
                    self._begin()
                elif message["type"] == "pmessage":
                    self._deliver(message)

    def _begin(self) -> None:
        self.subscribed.set()
        for mailboxes in self._mailboxes.values():
            for mailbox in mailboxes:
                mailbox.refetch()

    def _deliver(self, message: dict[str, Any]) -> None:
        news = json.loads(message["data"])
        kind = Kind(news["kind"])
        if kind is not Kind.QUOTES:
            self._latest_ms[message["channel"]] = time.time_ns() // 1_000_000
        for mailbox in self._mailboxes.get(message["channel"], ()):
            if kind is Kind.QUOTES:
                mailbox.put_quotes(news["data"])
            else:
                mailbox.put(Event(kind=kind, data=json.dumps(news["data"])))
