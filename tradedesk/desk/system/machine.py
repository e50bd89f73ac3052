"""The machine and the parts of the desk: processes, queue, disk, clock, versions."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import django
import redis
from django.db import connection

from brokers.reconciliation.version import code_version
from tradedesk import env
from tradedesk.core.clock import Clock
from tradedesk.desk.system import rules
from tradedesk.web import health, valkey


# The desk's own parts in the order of the page: name, what it does.
PARTS = (
    ("web", "Pages and live news"),
    ("worker", "Sends commands, reads accounts, mails"),
    ("beat", "Tells the worker what is due"),
    ("stream", "Listens to the brokers' streams"),
    ("practice", "The practice exchange"),
    ("database", "Every row of the desk"),
    ("queue", "Tasks, live news, quotes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    name: str
    does: str
    ok: bool
    detail: str


def processes(clock: Clock) -> Sequence[Process]:
    """Every part, each looked at for a second at most."""
    found = dict(health.check_all(clock).parts)
    found["web"] = health.look_at("web", clock.now())
    return [
        Process(name=name, does=does, ok=found[name].ok, detail=found[name].detail)
        for name, does in PARTS
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`waiting` for a worker, `taken` by one and not finished; `workers` seen of late."""

    waiting: int
    taken: int
    workers: tuple[str, ...]

    @property
    def is_deep(self) -> bool:
        return self.waiting >= rules.QUEUE_DEPTH


def queue(now: datetime) -> Queue | None:
    """None where it does not answer."""
    try:
        store = valkey.client()
        return Queue(
            waiting=int(store.llen("celery")),
            taken=int(store.hlen("unacked")),
            workers=tuple(health.workers(now)),
        )
    except redis.RedisError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """In bytes, of the disk that holds the data folder."""

    free: int
    total: int

    @property
    def used_percent(self) -> float:
        return 100 * (1 - self.free / self.total) if self.total else 0.0

    @property
    def is_nearly_full(self) -> bool:
        return (
            self.free < rules.DISK_FREE_BYTES
            or self.free < self.total * rules.DISK_FREE_SHARE
        )


def disk() -> Disk | None:
    """None where the folder cannot be asked."""
    try:
        usage = shutil.disk_usage(env.data_dir())
    except OSError:
        return None
    return Disk(free=usage.free, total=usage.total)


def clock_skew(clock: Clock) -> timedelta:
    """The database's clock less ours, as of the middle of the question."""
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    after = clock.now()
    skew: timedelta = theirs - (before + (after - before) / 2)
    return skew


def is_skewed(skew: timedelta) -> bool:
    return abs(skew.total_seconds()) > rules.CLOCK_SKEW_SECONDS


def versions() -> dict[str, str]:
    return {
        "Desk": code_version(),
        "PostgreSQL": _database_version(),
        "Valkey": _queue_version(),
        "Python": platform.python_version(),
        "Django": django.get_version(),
    }


@cache
def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return str(version).partition(" ")[0]


def _queue_version() -> str:
    try:
        server = valkey.client().info("server")
    except redis.RedisError:
        return "does not answer"
    return str(server.get("valkey_version") or server.get("redis_version"))
