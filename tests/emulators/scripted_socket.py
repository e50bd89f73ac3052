"""A loopback websocket server whose every connection follows a script of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


Conversation = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def scripted_socket(*conversations: Conversation) -> AsyncIterator[str]:
    """Serve the conversations in turn; the last one repeats."""
    left = list(conversations)

    async def handle(socket: ServerConnection) -> None:
        talk = left.pop(0) if len(left) > 1 else left[0]
        with suppress(ConnectionClosed):
            await talk(socket)

    async with serve(handle, "127.0.0.1", 0, close_timeout=0.1) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}"


async def send(socket: ServerConnection, *messages: Any, binary: bool = False) -> None:
    for message in messages:
        text = message if isinstance(message, str) else json.dumps(message)
        await socket.send(text.encode() if binary else text)


async def receive(socket: ServerConnection) -> Any:
    return json.loads(await socket.recv())
