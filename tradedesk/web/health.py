"""Is every part of the desk alive? Answered in bounded time, whatever is broken.

Database, queue and practice exchange are asked; worker, beat and stream cannot be, so
they leave a sign of life in Valkey that is looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as ProbeTimeoutError
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import redis
from django.conf import settings
from django.db import connection

from tradedesk.core.clock import SYSTEM_CLOCK, Clock
from tradedesk.web import valkey


PROBE_SECONDS = 1.0
# Worker, beat and stream beat every five seconds; two may be missed.
STALE_AFTER = timedelta(seconds=15)
FORGOTTEN_AFTER = timedelta(minutes=10)
BEAT_SECONDS = 5
WORKER_SEEN_WITHIN = timedelta(minutes=2)
_WORKERS = "tradedesk:workers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`age_seconds`: since the last sign of life, for parts that leave one."""

    ok: bool
    detail: str
    age_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    parts: Mapping[str, Part]

    @property
    def failing(self) -> tuple[str, ...]:
        return tuple(name for name, part in self.parts.items() if not part.ok)


class ProbeError(Exception):
    """The part does not answer; the message says what was seen instead."""


def beat(process: str, now: datetime) -> None:
    """Leave a sign of life; a store that is down is the health page's to report."""
    try:
        valkey.client().set(_key(process), now.isoformat(), ex=FORGOTTEN_AFTER)
    except redis.RedisError:
        return


def note_worker(name: str, now: datetime) -> None:
    """Which workers there are: each takes the periodic task now and then."""
    try:
        store = valkey.client()
        store.zadd(_WORKERS, {name: now.timestamp()})
        store.zremrangebyscore(_WORKERS, 0, (now - WORKER_SEEN_WITHIN).timestamp())
    except redis.RedisError:
        return


def workers(now: datetime) -> list[str]:
    """Those seen of late. Raises redis.RedisError."""
    since = (now - WORKER_SEEN_WITHIN).timestamp()
    found = valkey.client().zrangebyscore(_WORKERS, since, "+inf")
    return sorted(str(name) for name in found)


def look_at(process: str, now: datetime) -> Part:
    """One process by the sign of life that it leaves."""
    try:
        return _sign_of_life(process)(now)
    except ProbeError as error:
        return Part(ok=False, detail=str(error))


def check_all(clock: Clock = SYSTEM_CLOCK) -> Health:
    """Every part at once, each given one second."""
    pool = ThreadPoolExecutor(len(PROBES), thread_name_prefix="health")
    running = {name: pool.submit(probe, clock.now()) for name, probe in PROBES.items()}
    parts = {}
    for name, future in running.items():
        try:
            parts[name] = future.result(timeout=PROBE_SECONDS)
        except ProbeTimeoutError:
            parts[name] = Part(ok=False, detail="no answer within a second")
        except ProbeError as error:
            parts[name] = Part(ok=False, detail=str(error))
    pool.shutdown(wait=False, cancel_futures=True)
    return Health(parts=parts)


def _key(process: str) -> str:
    return f"tradedesk:heartbeat:{process}"


def _database(_now: datetime) -> Part:
    # A connection of its own: the pool's would wait while the pool is busy.
    given = connection.get_connection_params() | {"connect_timeout": 1}
    try:
        with psycopg.connect(**given, autocommit=True) as probe:
            probe.execute("SELECT 1")
    except psycopg.Error as error:
        raise ProbeError(_first_line(error)) from error
    return Part(ok=True, detail="answers")


def _queue(_now: datetime) -> Part:
    try:
        waiting = valkey.client().llen("celery")
    except redis.RedisError as error:
        raise ProbeError(_first_line(error)) from error
    return Part(ok=True, detail=f"{waiting} waiting")


def _sign_of_life(process: str) -> Callable[[datetime], Part]:
    def probe(now: datetime) -> Part:
        try:
            stamp = valkey.client().get(_key(process))
        except redis.RedisError as error:
            raise ProbeError("its sign of life cannot be read") from error
        if stamp is None:
            raise ProbeError("no sign of life")
        age = now - datetime.fromisoformat(str(stamp))
        seconds = round(max(age.total_seconds(), 0.0), 1)
        detail = f"last sign of life {seconds} s ago"
        return Part(ok=age <= STALE_AFTER, detail=detail, age_seconds=seconds)

    return probe


def _practice(_now: datetime) -> Part:
    # Answers 401 without keys: enough to know that it serves.
    try:
        with urlopen(f"{settings.PRACTICE_URL}/v2/clock", timeout=PROBE_SECONDS):  # noqa: S310 - our own setting
            return Part(ok=True, detail="answers")
    except HTTPError as error:
        if error.code < 500:  # noqa: PLR2004 - server errors begin here
            return Part(ok=True, detail="answers")
        raise ProbeError(f"answers {error.code}") from error
    except (URLError, OSError) as error:
        raise ProbeError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "no answer"


PROBES: Mapping[str, Callable[[datetime], Part]] = MappingProxyType(
    {
        "database": _database,
        "queue": _queue,
        "worker": _sign_of_life("worker"),
        "beat": _sign_of_life("beat"),
        "stream": _sign_of_life("stream"),
        "practice": _practice,
    }
)
