"""The listening port, which a test may have closed for a while."""

from __future__ import annotations

import asyncio
import functools
import socket

import uvicorn

from brokers.sim.server.protocol import PracticeHttpProtocol


class Port:
    """While it is closed, connecting is refused, as when a venue's process is gone."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self._server = server
        self._listening = listening
        self._address = listening.getsockname()[:2]
        self._reopening: asyncio.Task[None] | None = None

    async def close_for(self, seconds: float) -> None:
        """Close the port and every idle connection; open it again after `seconds`."""
        for server in self._server.servers:
            server.close()
        self._listening.close()
        for connection in tuple(self._server.server_state.connections):
            connection.shutdown()
        self._reopening = asyncio.create_task(self._reopen_after(seconds))

    async def _reopen_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self._server.should_exit:
            return
        self._listening = socket.create_server(self._address, backlog=2048)
        protocol = functools.partial(
            PracticeHttpProtocol,
            config=self._server.config,
            server_state=self._server.server_state,
            app_state=self._server.lifespan.state,
        )
        loop = asyncio.get_running_loop()
        server = await loop.create_server(protocol, sock=self._listening)
        self._server.servers = [server]
