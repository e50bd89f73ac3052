"""Order events of one connection, from the socket into the book."""

from __future__ import annotations

import asyncio
from collections import Counter

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from brokers.domain.reports import StreamEvent, StreamEventKind
from brokers.models import Account, Connection
from brokers.orders.ingest import News, ingest
from brokers.orders.queueing import hint_sync
from brokers.orders.unfamiliar import note_unfamiliar
from brokers.sessions.reading import open_streamer
from tradedesk.core.clock import Clock
from tradedesk.core.failpoints import Failpoint, reach
from tradedesk.web import events


log = structlog.get_logger(__name__)


async def listen_to_orders(connection: Connection, clock: Clock) -> None:
    """Take in what the broker pushes, for ever.

    A stream names the account implicitly: connections have one account each at the
    brokers that push. After every (re)connect a poll reads whatever was missed.
    """
    streamer = await sync_to_async(open_streamer)(connection)
    told = Counter[str]()
    async for event in streamer.order_events():
        await _take_aside(connection.pk, event, clock)
        if news := Counter(streamer.unfamiliar) - told:
            told += news
            await sync_to_async(note_unfamiliar)(connection, news, clock.now())
        await asyncio.sleep(0)


def _take_and_release(connection_id: int, event: StreamEvent, clock: Clock) -> None:
    try:
        take(connection_id, event, clock)
    finally:
        close_old_connections()  # the next event may come to another thread


# Not on the one thread that everything else shares: an account whose row is locked
# must not hold up the news of all others. Each connection's events stay in order.
_take_aside = sync_to_async(_take_and_release, thread_sensitive=False)


def take(connection_id: int, event: StreamEvent, clock: Clock) -> None:
    """One event: booked, or answered with a poll."""
    close_old_connections()
    now = clock.now()
    account = Account.objects.get(connection_id=connection_id)
    match event.kind:
        case StreamEventKind.CONNECTED:
            Connection.objects.filter(pk=connection_id).update(
                stream_connected_at=now, stream_seen_at=now
            )
            hint_sync(account.pk, now)
        case StreamEventKind.DISCONNECTED:
            Connection.objects.filter(pk=connection_id).update(stream_connected_at=None)
            log.warning("stream_lost", connection=connection_id, detail=event.detail)
            hint_sync(account.pk, now)
        case StreamEventKind.HEARTBEAT:
            Connection.objects.filter(pk=connection_id).update(stream_seen_at=now)
        case StreamEventKind.ORDER:
            _book(account, event, clock)
    if event.kind in {StreamEventKind.CONNECTED, StreamEventKind.DISCONNECTED}:
        events.publish(account.owner_id, "account", {"stream": event.kind.value})


def _book(account: Account, event: StreamEvent, clock: Clock) -> None:
    reach(Failpoint.STREAM_BEFORE_INGEST)
    news = News(
        told_by="stream",
        orders=[event.order] if event.order else [],
        fills=[event.fill] if event.fill else [],
    )
    result = ingest(account.pk, news, clock.now())
    reach(Failpoint.STREAM_AFTER_INGEST)
    if result.unknown or event.unknown_words:
        hint_sync(account.pk, clock.now())
