"""How the market-data stream's messages travel: msgpack or JSON, as the client asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

import msgpack
from starlette.websockets import WebSocket

from brokers.sim.server.values import instant


MSGPACK = "application/msgpack"


class Framing:
    """Lists of messages to frames and back; instants are native in msgpack."""

    def __init__(self, content_type: str) -> None:
        self.binary = content_type.startswith(MSGPACK)

    async def send(self, socket: WebSocket, messages: list[dict[str, Any]]) -> None:
        if self.binary:
            packed = msgpack.packb(messages, default=msgpack.Timestamp.from_datetime)
            await socket.send_bytes(cast("bytes", packed))
        else:
            await socket.send_text(json.dumps(messages, default=_json_instant))

    def read(self, raw: bytes | str) -> dict[str, Any] | None:
        """The client's message; None where it cannot be read."""
        try:
            parsed = msgpack.unpackb(raw) if self.binary else json.loads(raw)
        except (ValueError, TypeError, msgpack.UnpackException):
            return None
        return parsed if isinstance(parsed, dict) else None


def _json_instant(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    raise TypeError(f"{type(value).__name__} does not travel")
