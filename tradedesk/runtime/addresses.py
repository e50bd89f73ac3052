"""The two loopback ports: taken before anything is started, so that a clash is said at once."""

from __future__ import annotations

import errno
import socket

from tradedesk.runtime.refusals import StartRefusedError


HOST = "127.0.0.1"
BACKLOG = 512


def listen(port: int, *, setting: str) -> socket.socket:
    """A listening socket on loopback; nobody outside this machine reaches it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StartRefusedError(_why(error, port, setting)) from error
    listener.set_inheritable(True)
    return listener


def check_free(port: int, *, setting: str) -> None:
    listen(port, setting=setting).close()


def _why(error: OSError | OverflowError, port: int, setting: str) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program. Stop that one, or choose "
            f"another port: {setting}={port + 1} make run"
        )
    if code == errno.EACCES:
        return (
            f"Port {port} is reserved for root. Choose one above 1023 with {setting}."
        )
    return f"{setting}={port} is not a port this machine can listen on: {error}"
