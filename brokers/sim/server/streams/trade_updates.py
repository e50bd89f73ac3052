"""`/stream`: what happens to an account's orders, as JSON in binary frames.

The client authenticates, asks to listen, and is told of each event from then on. There
is no replay: whoever was away reads the orders again. Both spellings of the first
message are understood, `authenticate` with `data.key_id` and `auth` with `key`.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from brokers.sim.engine import Event
from brokers.sim.server.auth import Credential, Keyring
from brokers.sim.server.rendering.orders import trade_update
from brokers.sim.server.streams.faults import StreamFaults
from brokers.sim.server.venue import Venue


TRADE_UPDATES = "trade_updates"
BACKLOG = 10_000
TOO_SLOW = 1008


class TradeUpdates:
    """One connection."""

    def __init__(
        self,
        socket: WebSocket,
        venue: Venue,
        *,
        keyring: Keyring,
        faults: StreamFaults,
    ) -> None:
        self.socket = socket
        self.venue = venue
        self.keyring = keyring
        self.way = faults.way(socket, self._send)
        self.credential: Credential | None = None
        self.listening = False
        self.outgoing: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)

    async def serve(self) -> None:
        """Talk until the client leaves, or is too far behind to be told all."""
        await self.socket.accept()
        self.venue.listeners.add(self._hear)
        writer = asyncio.create_task(self._write())
        try:
            while True:
                self._take(await self._receive())
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client left, or the writer closed the connection
        finally:
            self.venue.listeners.discard(self._hear)
            writer.cancel()

    async def _receive(self) -> dict[str, Any]:
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        raw = message.get("bytes") or message.get("text") or "{}"
        try:
            parsed = json.loads(raw)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    def _take(self, message: dict[str, Any]) -> None:
        match message.get("action"):
            case "authenticate" | "auth":
                self._authenticate(message)
            case "listen":
                self._listen(message)
            case _:
                self._say("error", {"error": "invalid message"})

    def _authenticate(self, message: dict[str, Any]) -> None:
        data = message.get("data") or {}
        key = str(data.get("key_id") or message.get("key") or "")
        secret = str(data.get("secret_key") or message.get("secret") or "")
        self.credential = self.keyring.find(key, secret)
        self._say_authorization("authenticate", known=self.credential is not None)

    def _listen(self, message: dict[str, Any]) -> None:
        if self.credential is None:
            self._say_authorization("listen", known=False)
            return
        wanted = (message.get("data") or {}).get("streams") or []
        self.listening = TRADE_UPDATES in wanted
        self._say("listening", {"streams": [TRADE_UPDATES] if self.listening else []})

    def _say_authorization(self, action: str, *, known: bool) -> None:
        status = "authorized" if known else "unauthorized"
        self._say("authorization", {"status": status, "action": action})

    def _hear(self, event: Event) -> None:
        mine = self.credential and event.account_id == self.credential.account_id
        if self.listening and mine:
            message = _framed(TRADE_UPDATES, trade_update(event))
            self.way.take(message, event.kind.value, event.order.symbol)

    def _say(self, stream: str, data: dict[str, Any]) -> None:
        self._send(_framed(stream, data))

    def _send(self, message: bytes) -> None:
        if self.outgoing.qsize() < BACKLOG - 1:
            self.outgoing.put_nowait(message)
        elif not self.outgoing.full():
            self.outgoing.put_nowait(None)  # a gap must not look like silence

    async def _write(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):  # the reader sees it too
            while (message := await self.outgoing.get()) is not None:
                await self.socket.send_bytes(message)
            await self.socket.close(TOO_SLOW)


def _framed(stream: str, data: dict[str, Any]) -> bytes:
    return json.dumps({"stream": stream, "data": data}).encode()
