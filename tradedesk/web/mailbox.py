"""What one open page has not been told yet: bounded, and merged where news repeats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradedesk.web.events import Kind


# Four quote messages a second are more than an eye can follow.
QUOTE_SECONDS = 0.25
# A page that has missed this much is told to fetch everything again instead.
CAPACITY = 128
REFETCH = (Kind.ORDERS, Kind.POSITIONS, Kind.ACCOUNT, Kind.NOTICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    kind: Kind
    data: str


class Mailbox:
    """Filled by the hub, emptied by one reader, both on the same event loop."""

    def __init__(self, feeds: frozenset[str] = frozenset()) -> None:
        self.feeds = feeds
        self._events: dict[Event, None] = {}  # ordered, and equal news only once
        self._quotes: dict[str, Mapping[str, str]] = {}
        self._quotes_due = 0.0
        self._filled = asyncio.Event()

    def put(self, event: Event) -> None:
        if len(self._events) >= CAPACITY:
            self.refetch()
            return
        self._events[event] = None
        self._filled.set()

    def put_quotes(self, quotes: Mapping[str, Mapping[str, str]]) -> None:
        """Keep the newest fields of each symbol until the next message is due."""
        for symbol, fields in quotes.items():
            self._quotes[symbol] = {**self._quotes.get(symbol, {}), **fields}
        self._filled.set()

    def refetch(self) -> None:
        """News was lost: have the page fetch all that it shows."""
        self._events = {Event(kind=kind, data="{}"): None for kind in REFETCH}
        self._filled.set()

    async def take(self, timeout_seconds: float) -> Sequence[Event]:
        """The news so far, or an empty sequence when none came in time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        while True:
            news = self._ready(loop.time())
            if news or loop.time() >= deadline:
                return news
            until = min(deadline, self._quotes_due) if self._quotes else deadline
            await self._wait(until - loop.time())

    async def _wait(self, seconds: float) -> None:
        self._filled.clear()
        try:
            await asyncio.wait_for(self._filled.wait(), max(seconds, 0.001))
        except TimeoutError:
            return

    def _ready(self, now: float) -> Sequence[Event]:
        news = list(self._events)
        self._events = {}
        if self._quotes and now >= self._quotes_due:
            news.append(Event(kind=Kind.QUOTES, data=_json(self._quotes)))
            self._quotes = {}
            self._quotes_due = now + QUOTE_SECONDS
        return news


def _json(value: Mapping[str, Mapping[str, str]]) -> str:
    return json.dumps(value, separators=(",", ":"))
