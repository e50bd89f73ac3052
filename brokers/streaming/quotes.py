"""Quotes of one feed, for the symbols that somebody looks at."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from brokers.domain.reports import Quote, StreamEvent, StreamEventKind
from brokers.market import bars, quotes
from brokers.models import Connection, Order, Position, WatchlistItem
from brokers.sessions.reading import open_streamer
from tradedesk.core.clock import Clock
from tradedesk.web import events, formatting


CENT = Decimal("0.01")
LOOK_EVERY_SECONDS = 2.0
PUBLISH_EVERY_SECONDS = 0.25


def wanted_symbols(feed: str, now: datetime) -> frozenset[str]:
    """What pages look at, and whatever is held or works at this feed's accounts."""
    close_old_connections()
    on = {"account__connection__in": _connections_of(feed)}
    held = Position.objects.filter(**on).exclude(quantity=0)
    working = Order.objects.open().filter(**on)
    listed = WatchlistItem.objects.filter(
        watchlist__owner__in=Connection.objects.filter(
            pk__in=_connections_of(feed)
        ).values("owner")
    )
    symbols = quotes.wanted(feed, now)
    for found in (held, working, listed):
        symbols |= set(found.values_list("symbol", flat=True))
    return frozenset(symbols)


def _connections_of(feed: str) -> list[int]:
    return [one.pk for one in Connection.objects.all() if one.feed == feed]


class QuoteListener:
    """Follows the wanted symbols of one feed; resubscribes when they change.

    When listening or writing breaks, so does the whole: whoever runs it is told and
    starts it anew. A listener that is half alive would show old prices for ever.
    """

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._pending: dict[str, Quote] = {}

    async def run(self) -> None:
        symbols: frozenset[str] = frozenset()
        listening: asyncio.Task[None] | None = None
        flushing = asyncio.create_task(self._flush())
        try:
            while True:
                now_wanted = await self._wanted()
                if now_wanted != symbols:
                    await _stop(listening)
                    symbols = now_wanted
                    listening = self._listening(symbols)
                if await _has_ended(LOOK_EVERY_SECONDS, flushing, listening):
                    return
        finally:
            await _stop(listening)
            await _stop(flushing)

    async def _wanted(self) -> frozenset[str]:
        return await sync_to_async(wanted_symbols)(
            self._connection.feed, self._clock.now()
        )

    def _listening(self, symbols: frozenset[str]) -> asyncio.Task[None] | None:
        return asyncio.create_task(self._listen(symbols)) if symbols else None

    async def _listen(self, symbols: frozenset[str]) -> None:
        streamer = await sync_to_async(open_streamer)(self._connection)
        async for event in streamer.quote_events(sorted(symbols)):
            self._take(event)

    def _take(self, event: StreamEvent) -> None:
        if event.kind is StreamEventKind.QUOTE and event.quote is not None:
            self._pending[event.quote.symbol] = event.quote

    async def _flush(self) -> None:
        """Write and publish what came in since the last time, newest of each symbol."""
        while True:
            await asyncio.sleep(PUBLISH_EVERY_SECONDS)
            if self._pending:
                batch, self._pending = self._pending, {}
                await sync_to_async(self._write)(batch)

    def _write(self, batch: dict[str, Quote]) -> None:
        now, feed = self._clock.now(), self._connection.feed
        quotes.store(feed, batch.values(), now)
        quotes.mark_feed_seen(feed, now)
        events.publish_quotes(feed, _shown(feed, list(batch), now))


def _shown(feed: str, symbols: list[str], now: datetime) -> dict[str, dict[str, str]]:
    """The newest quotes as finished texts: a page shows them and computes nothing."""
    closes = bars.previous_closes(feed, symbols, now.date())
    return {
        symbol: _texts(known.quote, closes.get(symbol))
        for symbol, known in quotes.latest(feed, symbols).items()
    }


def _texts(quote: Quote, previous_close: Decimal | None) -> dict[str, str]:
    change = quotes.change_percent(quote.last, previous_close)
    texts = {
        name: formatting.price(getattr(quote, name), CENT)
        for name in ("bid", "ask", "last")
        if getattr(quote, name) is not None
    }
    if change is not None:
        texts["change_percent"] = formatting.percent(change, signed=True)
        texts["direction"] = formatting.direction(change)
    return {**texts, "at": quote.quoted_at.isoformat()}


async def _has_ended(seconds: float, *tasks: asyncio.Task[None] | None) -> bool:
    """Whether one of these, which have no end, ends within this time; raises its error."""
    running = [task for task in tasks if task is not None]
    ended, _ = await asyncio.wait(
        running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
    )
    for task in ended:
        task.result()
    return bool(ended)


async def _stop(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
