"""The database and the queue: the user's own servers where given, else embedded ones."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tradedesk.runtime.folders import Folders
from tradedesk.runtime.keys import SecretsFile
from tradedesk.runtime.postgres import APP, OWNER, Postgres, create_roles, find_cluster
from tradedesk.runtime.processes import Program
from tradedesk.runtime.valkey import Valkey, find_valkey


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What is embedded is not None, and is started; the rest is somewhere else."""

    postgres: Postgres | None
    valkey: Valkey | None

    def programs(self) -> list[Program]:
        embedded = (self.postgres, self.valkey)
        return [store.program() for store in embedded if store is not None]


def find_stores(folders: Folders, secrets_file: SecretsFile) -> Stores:
    """Decide, initialise what is new, and note the addresses for every process."""
    postgres = None if _given("DATABASE_URL") else find_cluster(folders, secrets_file)
    valkey = None if _given("REDIS_URL") else find_valkey(folders)
    if postgres is not None:
        owner = postgres.url(OWNER, secrets_file["DATABASE_OWNER_PASSWORD"])
        app = postgres.url(APP, secrets_file["DATABASE_APP_PASSWORD"])
        secrets_file.update({"DATABASE_OWNER_URL": owner, "DATABASE_URL": app})
    if valkey is not None:
        secrets_file.update({"REDIS_URL": valkey.url})
    return Stores(postgres=postgres, valkey=valkey)


def migration_environment(stores: Stores, secrets_file: SecretsFile) -> dict[str, str]:
    """For the one process that changes tables: the owner's address, the app's role."""
    if stores.postgres is not None:
        owner_url = secrets_file["DATABASE_OWNER_URL"]
        return {"DATABASE_URL": owner_url, "TRADEDESK_APP_ROLE": APP}
    owner = _given("DATABASE_OWNER_URL")
    if not owner:
        return {}
    role = urlsplit(_given("DATABASE_URL")).username or ""
    return {"DATABASE_URL": owner, "TRADEDESK_APP_ROLE": role}


def database_answers(stores: Stores, secrets_file: SecretsFile) -> bool:
    """True once the embedded server answers and has the desk's roles."""
    if stores.postgres is None:
        return True
    try:
        create_roles(stores.postgres, secrets_file)
    except psycopg.OperationalError:
        return False
    return True


def queue_answers(stores: Stores) -> bool:
    """Valkey says LOADING, not PONG, while it reads its file."""
    if stores.valkey is None:
        return True
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(stores.valkey.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _given(name: str) -> str:
    """From the environment alone: what an embedded start noted is not a choice."""
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "")
