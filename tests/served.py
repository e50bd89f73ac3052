"""The desk behind a real uvicorn on loopback, in this process and on its test database."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


class Served:
    """`stop()` says whether the server ended in time."""

    def __init__(self, application: object) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            application, lifespan="on", log_config=None, timeout_graceful_shutdown=2
        )
        self._server = uvicorn.Server(config)
        sockets = {"sockets": [self._listener]}
        self._thread = threading.Thread(target=self._server.run, kwargs=sockets)

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)

    def stop(self, seconds: float = 10) -> bool:
        self._server.should_exit = True
        self._thread.join(seconds)
        return not self._thread.is_alive()


@contextmanager
def served() -> Iterator[Served]:
    """A server with a hub and threads of its own."""
    from tradedesk.asgi import build_application

    server = Served(build_application())
    server.start()
    try:
        yield server
    finally:
        assert server.stop()
