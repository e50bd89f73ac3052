"""A whole desk as a user starts it: one command, a data folder and two ports."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.postgres import CLUSTER_SETTING


PROJECT = Path(__file__).resolve().parents[2]
# What the tests themselves were given must not reach the desk.
OF_THE_TESTS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEY",
                "DJANGO_SETTINGS_MODULE", "TRADEDESK_DATA", "PRACTICE_URL")  # fmt: skip
START_SECONDS = 150.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(ready: Callable[[], object], seconds: float = START_SECONDS) -> object:
    """The first true answer, or the last false one."""
    deadline = time.monotonic() + seconds
    while not (answer := ready()) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    return answer


class Desk:
    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.python = sys.executable
        self.user: int | None = None
        self.port, self.practice_port = free_port(), free_port()
        clean = {k: v for k, v in os.environ.items() if k not in OF_THE_TESTS}
        self.environment: Mapping[str, str] = {
            **clean,
            "TRADEDESK_DATA": str(data),
            "TRADEDESK_PORT": str(self.port),
            "TRADEDESK_PRACTICE_PORT": str(self.practice_port),
            **environment,
        }
        self.said = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self.said = ""
        self.process = self._spawn()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        opened = until(lambda: self.opened or self.process.poll() is not None)
        if not self.opened:
            self.stop()
        assert opened, f"no address in time: {self.said}"
        assert self.opened, self.said

    def once(self) -> tuple[int, str]:
        """Start where it is expected to refuse: the exit code and what it said."""
        with self._spawn() as process:
            said, _nothing = process.communicate(timeout=START_SECONDS)
        return process.returncode, said

    def _spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.python, "-m", "tradedesk.runtime"], cwd=PROJECT, text=True,
            env=dict(self.environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            user=self.user, group=self.user,
            extra_groups=None if self.user is None else [],
        )  # fmt: skip

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.said += line

    @property
    def opened(self) -> str:
        """The address it printed, with the owner link's path."""
        found = re.search(r"^Open (\S+)$", self.said, re.MULTILINE)
        return found[1] if found else ""

    def health(self) -> tuple[int, dict[str, object]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException):
            return 0, {}
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        return self.health()[0] == 200

    @property
    def pids(self) -> dict[str, int]:
        return json.loads((self.data / "run" / "processes.json").read_text())

    @property
    def is_whole(self) -> bool:
        """Every process is there: one that was killed is not for a moment."""
        commands = (Path(f"/proc/{pid}/cmdline") for pid in self.pids.values())
        return all(path.exists() and path.read_bytes() for path in commands)

    def kill(self, name: str) -> None:
        os.kill(self.pids[name], signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Signal the supervisor alone and wait for it; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(60)
        self._reading.join(10)
        return code

    def leftovers(self) -> list[str]:
        """Command lines of processes that were started for this data folder."""
        mark = os.fsencode(f"TRADEDESK_DATA={self.data}")
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_text().replace("\0", " "))
            except (OSError, UnicodeDecodeError):
                continue
        return [line for line in found if line.strip()]

    def forget(self) -> None:
        """Remove what could not lie in the data folder: as root a database may, and a
        socket whose path would be too long.
        """
        noted = SecretsFile(self.data / "secrets.env")
        outside = {
            Path(noted.get(CLUSTER_SETTING) or self.data).parent,
            Path((noted.get("DATABASE_URL") or "").rpartition("host=")[2]),
            Path((noted.get("REDIS_URL") or "").removeprefix("unix://")).parent,
        }
        for folder in outside:
            if folder.name.startswith(("postgres-", "tradedesk-")):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(desk: Desk) -> Iterator[Desk]:
    desk.start()
    try:
        yield desk
    finally:
        if desk.process.poll() is None:
            desk.stop(signal.SIGTERM)
