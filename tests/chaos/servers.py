"""The run's own PostgreSQL and Valkey, which die and come back like everybody else.

They survive the end of their processes as the desk's embedded ones do: a commit has been
handed to the operating system when it is answered. What is left out is the wait for the
disk, which matters to a power cut alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from tradedesk.runtime.child import leashed
from tradedesk.runtime.folders import Folders, own_folder
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.postgres import OWNER, Postgres, find_cluster
from tradedesk.runtime.processes import Program
from tradedesk.runtime.valkey import Valkey, find_valkey


PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = {"fsync": "off", "synchronous_commit": "on", "max_connections": "300"}
ANSWERS_WITHIN = 60.0
DATABASE = "database"
QUEUE = "queue"


@dataclass(slots=True)
class Server:
    """A program, how it is ended without a word, and how to know that it answers."""

    program: Program
    sudden: signal.Signals
    answers: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises TimeoutError when it does not answer."""
        watched, _held = os.pipe()
        self.process = subprocess.Popen(
            leashed(self.program, watched=watched),
            cwd=self.program.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(watched,),
        )
        deadline = time.monotonic() + ANSWERS_WITHIN
        while not self.answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"The {self.program.name} does not answer.")
            threading.Event().wait(0.05)

    def end(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(self.sudden)
            self.process.wait()
            self.process = None


@dataclass(slots=True)
class Servers:
    """`all` holds both by name; `secrets` are those of this run."""

    folder: Path
    all: dict[str, Server] = field(default_factory=dict)

    def provide(self) -> None:
        """Start them and name them to this process and its children."""
        folders = Folders(project=PROJECT, data=self.folder)
        own_folder(folders.run)
        secrets = SecretsFile(self.folder / "secrets.env")
        secrets.generate_missing()
        postgres, valkey = find_cluster(folders, secrets), find_valkey(folders)
        password = secrets["DATABASE_OWNER_PASSWORD"]
        (postgres.cluster / "pg_hba.conf").write_text("local all all trust\n")
        self.all = {
            # SIGQUIT is PostgreSQL's immediate shutdown: as if the process had died,
            # every backend at once, and the next start recovers from the log.
            DATABASE: Server(
                postgres.program(**SETTINGS),
                signal.SIGQUIT,
                lambda: _database_answers(postgres, password),
            ),
            QUEUE: Server(
                valkey.program(), signal.SIGKILL, lambda: _queue_answers(valkey)
            ),
        }
        for server in self.all.values():
            server.start()
        url = postgres.url(OWNER, password).replace("/tradedesk?", "/postgres?")
        os.environ["DATABASE_URL"] = url
        os.environ["REDIS_URL"] = valkey.url

    def restart(self, name: str) -> None:
        """End one at once, whatever it is doing, and start it with its data."""
        self.all[name].end()
        self.all[name].start()

    def stop(self) -> None:
        for server in self.all.values():
            server.end()


def _database_answers(postgres: Postgres, password: str) -> bool:
    try:
        psycopg.connect(
            host=str(postgres.sockets), user=OWNER, dbname="postgres", password=password
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _queue_answers(valkey: Valkey) -> bool:
    try:
        return bool(redis.Redis.from_url(valkey.url).ping())
    except redis.RedisError:
        return False
