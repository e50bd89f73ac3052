"""A real listener on the trade-updates stream; a test takes its events in by hand.

The socket is read in a thread of its own, with the adapter's own streamer; booking
happens where the test calls `take_all`, so that it stands in the test's transaction.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from brokers.adapters.alpaca.streamer import AlpacaStreamer
from brokers.domain.reports import StreamEvent, StreamEventKind
from brokers.sessions.context import context_of
from brokers.streaming.orders import take
from brokers.wire.budget import Priority
from brokers.wire.stream import Backoff
from tests.world import World


PATIENCE_SECONDS = 60
SENTINEL = {
    "symbol": "NOVA",
    "side": "buy",
    "type": "limit",
    "time_in_force": "day",
    "qty": "1",
    "limit_price": "1",
}


@dataclass(slots=True)
class Listener:
    desk: World
    streamer: AlpacaStreamer
    events: queue.Queue[StreamEvent] = field(default_factory=queue.Queue)
    _sentinels: int = 0

    def next(self) -> StreamEvent:
        return self.events.get(timeout=PATIENCE_SECONDS)

    def until(self, kind: StreamEventKind) -> StreamEvent:
        """The next event of a kind; what comes before it is left out."""
        while (event := self.next()).kind is not kind:
            pass
        return event

    def news(self) -> list[StreamEvent]:
        """All order events up to now, told apart by an order placed past the desk."""
        self._sentinels += 1
        name = f"sentinel-{self.desk.exchange.key}-{self._sentinels}"
        body = {**SENTINEL, "client_order_id": name}
        placed = self.desk.exchange.request("POST", "/v2/orders", body)
        self.desk.exchange.request("DELETE", f"/v2/orders/{placed['id']}")
        found = []
        while True:
            event = self.next()
            order = event.order
            if order and order.client_order_id == name:
                if event.detail == "canceled":
                    return found
            elif event.kind is StreamEventKind.ORDER:
                found.append(event)

    def take_all(self) -> list[StreamEvent]:
        """Book what has come, as the stream process does."""
        events = self.news()
        for event in events:
            take(self.desk.account.connection_id, event, self.desk.clock)
        return events


@contextmanager
def listening(desk: World, *, heartbeat: float = 20.0) -> Iterator[Listener]:
    """Connected and subscribed when the block begins."""
    streamer = AlpacaStreamer(
        context_of(desk.account.connection, Priority.POLL),
        heartbeat=heartbeat,
        backoff=Backoff(first=0.05, longest=0.2, shortest=0.05),
    )
    listener = Listener(desk, streamer)
    loop = asyncio.new_event_loop()
    task = loop.create_task(_listen(listener))
    thread = threading.Thread(target=_run, args=(loop, task))
    thread.start()
    try:
        assert listener.next().kind is StreamEventKind.CONNECTED
        yield listener
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(PATIENCE_SECONDS)


async def _listen(listener: Listener) -> None:
    async for event in listener.streamer.order_events():
        listener.events.put(event)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
