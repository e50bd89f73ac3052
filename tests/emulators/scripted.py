"""A loopback HTTP server that answers by script: well, badly, or not at all.

Each request takes the next step of the script; the last step repeats. Everything that
was received is kept, so that a test can count what was really sent.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Reply:
    """An ordinary answer; a body that is not text or bytes is sent as JSON."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


@dataclass(frozen=True)
class Drop:
    """Reads the request, then resets the connection without a word."""


@dataclass(frozen=True)
class Hang:
    """Reads the request and never answers."""


@dataclass(frozen=True)
class Truncate:
    """Promises the whole body and closes half-way."""

    body: str


@dataclass(frozen=True)
class Drip:
    """Sends a byte at a time, each well within a read timeout, without end."""


Step = Reply | Drop | Hang | Truncate | Drip


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class ScriptedServer:
    """`with ScriptedServer(Reply(body={})) as server:` - then talk to `server.url`."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.received: list[Received] = []
        self.connections = 0
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.received)

    def next_step(self, request: Received) -> Step:
        with self._lock:
            self.received.append(request)
            return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]

    def wait_for_the_end(self, seconds: float) -> bool:
        return self._released.wait(seconds)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    owner: ScriptedServer
    request_queue_size = 50

    def process_request(self, request, client_address) -> None:
        self.owner.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""

    def _handle(self) -> None:
        step = self.server.owner.next_step(self._read())
        match step:
            case Reply():
                self._reply(step)
            case Drop():
                self._reset()
            case Hang():
                self.server.owner.wait_for_the_end(30)
                self.close_connection = True
            case Truncate(body):
                self._truncate(body.encode())
            case Drip():
                self._drip()

    do_GET = do_POST = _handle  # noqa: N815 - names of the standard library
    do_PATCH = do_DELETE = _handle  # noqa: N815 - the same

    def _read(self) -> Received:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return Received(
            method=self.command,
            path=parts.path,
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=json.loads(body) if body else None,
        )

    def _reply(self, reply: Reply) -> None:
        self._head(reply.status, len(reply.payload), reply.headers)
        self.wfile.write(reply.payload)

    def _head(self, status: int, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _reset(self) -> None:
        """RST instead of FIN, as a dead server's kernel would answer."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def _truncate(self, body: bytes) -> None:
        self._head(200, len(body), {})
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _drip(self) -> None:
        self._head(200, 10_000_000, {})
        while not self.server.owner.wait_for_the_end(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()
        self.close_connection = True


def refused_url() -> str:
    """An address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
