"""A websocket that stays: greet, listen, notice silence, come back.

Each broker says how to greet (sign in and subscribe) and how to read a frame; this
module does the rest. Streams only shorten the wait for news that polling would bring,
so whoever listens reads everything again by REST on each CONNECTED: no broker here
replays what was missed in between.

Silence is told from death by our own pings: after `heartbeat` seconds without a frame
one is sent, and a pong that does not come within `heartbeat` more ends the connection.
A pong is passed on as HEARTBEAT.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from brokers.domain.errors import BrokerError, NotAuthorised, OutcomeUnknown
from brokers.domain.reports import StreamEvent, StreamEventKind
from tradedesk.core.clock import Clock


Frame = str | bytes


class StreamDialect(Protocol):
    """How one broker's websocket is greeted and read."""

    url: str

    async def greet(self, socket: ClientConnection) -> None:
        """Sign in and subscribe.

        Raises:
            BrokerError: the broker did not let us in.
        """
        ...

    def read(self, frame: Frame) -> Iterable[StreamEvent]:
        """The events in a frame; never raises, what is unreadable becomes a word."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Full jitter: a random wait up to `first * 2^failures`, at most `longest` seconds.

    After Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
    """

    first: float = 1.0
    longest: float = 30.0
    shortest: float = 0.1
    random: Callable[[], float] = secrets.SystemRandom().random

    def seconds(self, failures: int) -> float:
        most = min(self.longest, self.first * float(2 ** min(failures, 16)))
        return max(self.shortest, most * self.random())


PATIENT = Backoff()


async def listen(
    dialect: StreamDialect,
    *,
    clock: Clock,
    connect_timeout: float,
    heartbeat: float = 10.0,
    backoff: Backoff = PATIENT,
) -> AsyncIterator[StreamEvent]:
    """Everything a stream says, for ever; ends by cancellation or `aclose()` only."""
    failures = 0
    while True:
        try:
            async with connect(
                dialect.url,
                open_timeout=connect_timeout,
                close_timeout=1,
                ping_interval=None,  # ours tell the caller about each pong
                max_size=16 * 1024 * 1024,
                proxy=None if _is_plain(dialect.url) else True,
            ) as socket:
                await asyncio.wait_for(dialect.greet(socket), connect_timeout * 2)
                yield _event(StreamEventKind.CONNECTED, clock)
                failures = 0
                async for event in _frames(
                    socket, dialect, clock=clock, heartbeat=heartbeat
                ):
                    yield event
        except (BrokerError, WebSocketException, OSError, TimeoutError) as error:
            yield _event(StreamEventKind.DISCONNECTED, clock, _reason(error))
            if isinstance(error, NotAuthorised):
                failures = max(failures, 5)  # no hurry: a person has to act
        await asyncio.sleep(backoff.seconds(failures))
        failures += 1


async def _frames(
    socket: ClientConnection, dialect: StreamDialect, *, clock: Clock, heartbeat: float
) -> AsyncIterator[StreamEvent]:
    """Frames until the connection ends, which is raised."""
    while True:
        try:
            frame = await asyncio.wait_for(socket.recv(), heartbeat)
        except TimeoutError:
            await _prove_alive(socket, heartbeat)
            yield _event(StreamEventKind.HEARTBEAT, clock)
            continue
        for event in dialect.read(frame):
            yield event


async def _prove_alive(socket: ClientConnection, heartbeat: float) -> None:
    pong = await socket.ping()
    try:
        await asyncio.wait_for(pong, heartbeat)
    except TimeoutError:
        raise OutcomeUnknown(f"No pong within {heartbeat:g} s.") from None


def _event(kind: StreamEventKind, clock: Clock, detail: str = "") -> StreamEvent:
    return StreamEvent(kind=kind, received_at=clock.now(), detail=detail)


def _reason(error: Exception) -> str:
    if isinstance(error, BrokerError):
        return error.message
    return str(error) or type(error).__name__


def _is_plain(url: str) -> bool:
    """Unencrypted means loopback (the registry sees to it): no proxy can know it."""
    return url.startswith("ws://")
