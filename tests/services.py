"""Real servers for the tests: a throw-away PostgreSQL cluster and a Valkey.

Every process of a test run starts its own, since roles and channels know no database;
they end with it, however it ends. The desk's own DATABASE_URL and REDIS_URL are
overridden: a test never meets the data of a desk.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from tradedesk.runtime.child import leashed
from tradedesk.runtime.folders import Folders, own_folder
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.postgres import OWNER, Postgres, find_cluster
from tradedesk.runtime.processes import Program
from tradedesk.runtime.stores import Stores, queue_answers
from tradedesk.runtime.valkey import find_valkey


PROJECT = Path(__file__).resolve().parent.parent
# Nothing here must survive a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def provide() -> None:
    """Set DATABASE_URL and REDIS_URL to throw-away servers."""
    data = Path(tempfile.mkdtemp(prefix="tradedesk-test-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    folders = Folders(project=PROJECT, data=data)
    own_folder(folders.run)
    os.environ["DATABASE_URL"] = _start_postgres(folders)
    os.environ["REDIS_URL"] = _start_valkey(folders)


def _start_postgres(folders: Folders) -> str:
    keys = SecretsFile(folders.data / "secrets.env")
    keys.generate_missing()
    postgres = find_cluster(folders, keys)
    # Any role may sign in: tests make roles of their own.
    (postgres.cluster / "pg_hba.conf").write_text("local all all trust\n")
    password = keys["DATABASE_OWNER_PASSWORD"]
    _start(postgres.program(**CARELESS, max_connections="200"))
    _wait(lambda: _answers(postgres, password))
    return postgres.url(OWNER, password).replace("/tradedesk?", "/postgres?")


def _answers(postgres: Postgres, password: str) -> bool:
    where = {"host": str(postgres.sockets), "user": OWNER, "dbname": "postgres"}
    try:
        psycopg.connect(**where, password=password).close()
    except psycopg.OperationalError:
        return False
    return True


def _start_valkey(folders: Folders) -> str:
    valkey = find_valkey(folders)
    _start(valkey.program())
    _wait(lambda: queue_answers(Stores(postgres=None, valkey=valkey)))
    return valkey.url


def _start(program: Program) -> None:
    watched, _held = os.pipe()
    process = subprocess.Popen(
        leashed(program, watched=watched),
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(watched,),
    )
    atexit.register(process.wait)
    atexit.register(process.send_signal, program.orphan_signal)


def _wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("A server for the tests does not answer.")
        threading.Event().wait(0.02)
