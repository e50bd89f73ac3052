"""`/v2/iex`, `/v2/sip` and `/v2/test`: quotes, prints and bars as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from brokers.sim.server.auth import Credential, Keyring
from brokers.sim.server.streams.framing import Framing


CHANNELS = ("trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses")
SILENT_CHANNELS = ("lulds", "corrections", "cancelErrors")
CHANNEL_OF = {
    "t": "trades",
    "q": "quotes",
    "b": "bars",
    "u": "updatedBars",
    "d": "dailyBars",
    "s": "statuses",
}
AUTHENTICATION_SECONDS = 10
BACKLOG = 5_000
MAXIMUM_SYMBOLS = 5_000
ERRORS = {
    400: "invalid syntax",
    401: "not authenticated",
    402: "auth failed",
    403: "already authenticated",
    404: "auth timeout",
    405: "symbol limit exceeded",
    407: "slow client",
    410: "invalid subscribe action for this feed",
}
EVERY = "*"
Message = dict[str, Any]


class MarketData:
    """One connection; `deliver` is called with the news of each moment."""

    def __init__(self, socket: WebSocket, keyring: Keyring) -> None:
        self.socket = socket
        self.keyring = keyring
        self.framing = Framing(socket.headers.get("content-type", ""))
        self.credential: Credential | None = None
        self.wanted: dict[str, set[str]] = {
            name: set() for name in (*CHANNELS, *SILENT_CHANNELS)
        }
        self.outgoing: asyncio.Queue[list[Message]] = asyncio.Queue(BACKLOG)

    async def serve(self) -> None:
        """Talk until the client leaves or does not follow the protocol."""
        await self.socket.accept()
        writer = asyncio.create_task(self._write())
        self._say({"T": "success", "msg": "connected"})
        try:
            async with asyncio.timeout(AUTHENTICATION_SECONDS):
                while self.credential is None:
                    await self._take()
            while True:
                await self._take()
        except TimeoutError:
            await self._close_with(404)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client left, or the connection was closed on it
        finally:
            writer.cancel()

    def symbols(self) -> set[str]:
        """All that some channel of this client waits for; may hold `*`."""
        return set().union(*(self.wanted[name] for name in CHANNELS))

    def deliver(self, messages: Iterable[Message]) -> None:
        """Pass on what this client subscribed to."""
        if chosen := [message for message in messages if self._wants(message)]:
            self._say(*chosen)

    def _wants(self, message: Message) -> bool:
        wanted = self.wanted[CHANNEL_OF[message["T"]]]
        return message["S"] in wanted or EVERY in wanted

    async def _take(self) -> None:
        event = await self.socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1000))
        message = self.framing.read(event.get("bytes") or event.get("text") or b"")
        if message is None:
            self._refuse(400)
            return
        match message.get("action"):
            case "auth":
                self._authenticate(message)
            case "subscribe" | "unsubscribe" as action:
                self._subscribe(message, adding=action == "subscribe")
            case _:
                self._refuse(400)

    def _authenticate(self, message: Message) -> None:
        if self.credential is not None:
            self._refuse(403)
            return
        key, secret = str(message.get("key", "")), str(message.get("secret", ""))
        self.credential = self.keyring.find(key, secret)
        if self.credential is None:
            self._refuse(402)
        else:
            self._say({"T": "success", "msg": "authenticated"})

    def _subscribe(self, message: Message, *, adding: bool) -> None:
        if self.credential is None:
            self._refuse(401)
            return
        for channel, symbols in message.items():
            if channel == "action":
                continue
            if channel not in self.wanted or not _are_symbols(symbols):
                self._refuse(410 if channel not in self.wanted else 400)
                return
            known = self.wanted[channel]
            self.wanted[channel] = (
                known | set(symbols) if adding else known - set(symbols)
            )
        if len(self.symbols()) > MAXIMUM_SYMBOLS:
            self._refuse(405)
            return
        told = {name: sorted(symbols) for name, symbols in self.wanted.items()}
        self._say({"T": "subscription", **told})

    def _refuse(self, code: int) -> None:
        self._say({"T": "error", "code": code, "msg": ERRORS[code]})

    async def _close_with(self, code: int) -> None:
        error = {"T": "error", "code": code, "msg": ERRORS[code]}
        await self.framing.send(self.socket, [error])
        await self.socket.close()

    def _say(self, *messages: Message) -> None:
        if not self.outgoing.full():
            self.outgoing.put_nowait(list(messages))

    async def _write(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # the reader sees it too
            while True:
                messages = await self.outgoing.get()
                if self.outgoing.full():
                    await self._close_with(407)
                    return
                await self.framing.send(self.socket, messages)


def _are_symbols(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
