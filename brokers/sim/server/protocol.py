"""uvicorn's protocols with the socket in reach of the fault rules.

An application that speaks ASGI cannot reset a connection or end it in the middle of an
answer; whoever rehearses such faults needs the transport.
"""

from __future__ import annotations

from asyncio import Transport
from collections.abc import MutableMapping
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import (
    WebSocketsSansIOProtocol,
)


TRANSPORT = "practice.transport"


class PracticeHttpProtocol(HttpToolsProtocol):
    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope = cast("MutableMapping[str, Any]", self.scope)
        scope[TRANSPORT] = self.transport


class PracticeStreamProtocol(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        scope = cast("MutableMapping[str, Any]", self.scope)
        scope[TRANSPORT] = self.transport
        await super().run_asgi()


def transport_of(scope: MutableMapping[str, Any]) -> Transport:
    """The connection that a request came in on."""
    return cast("Transport", scope[TRANSPORT])
