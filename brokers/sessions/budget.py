"""One rate budget per connection, shared by every process of the desk.

It is kept in Valkey and reckoned there, by Valkey's own clock. Where Valkey does not
answer, each process goes on with a bucket of its own, a part of the whole, and nothing
ever stands in the way of a way out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import cast

import redis
from redis.commands.core import Script

from brokers.domain.errors import BudgetSpent
from brokers.wire import budget
from brokers.wire.budget import Bucket, Limit, Priority
from tradedesk.web import valkey


# `brokers.wire.budget.spend` and `drained`, in one step for all processes.
_SPEND = """
local size, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local needed, waits = tonumber(ARGV[3]), ARGV[4] == '1'
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local known = redis.call('HMGET', KEYS[1], 'left', 'at', 'closed_until')
local left, at = tonumber(known[1] or size), tonumber(known[2] or now)
local closed_until = tonumber(known[3] or 0)
left = math.min(left + math.max(now - at, 0) * per_second, size)
local wait = math.max(needed - left, 0) / per_second
if waits then wait = math.max(wait, closed_until - now) end
if wait <= 0 then left = left - tonumber(ARGV[5]) end
redis.call('HSET', KEYS[1], 'left', string.format('%.6f', left),
    'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 3600)
return {tostring(wait), tostring(left), tostring(closed_until - now)}
"""
_DRAIN = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local closed_until = tonumber(redis.call('HGET', KEYS[1], 'closed_until') or 0)
closed_until = math.max(closed_until, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'left', '0', 'at', string.format('%.6f', now),
    'closed_until', string.format('%.6f', closed_until))
redis.call('EXPIRE', KEYS[1], 3600)
"""
# How many processes are reckoned with while they cannot see each other.
PROCESSES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What is left of a connection's budget; `closed_seconds` is how long its broker
    asked not to be asked.
    """

    left: float
    size: float
    closed_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One connection's: `name` is the same in every process."""

    name: str
    requests_per_minute: int

    @property
    def limit(self) -> Limit:
        return budget.limit_of(self.requests_per_minute)

    def spend(self, priority: Priority) -> None:
        """Take one request out.

        Raises:
            BudgetSpent: none is left for this priority; nothing was sent.
        """
        try:
            wait = _ask(self, self.limit.needed(priority), priority=priority, take=1)[0]
        except redis.RedisError:
            wait = _spend_here(self, priority)
        if wait > 0:
            raise BudgetSpent(
                f"The rate budget of this connection is used up for {wait:.1f} s.",
                code="budget",
                retry_after=wait,
            )

    def affords(self, requests: int, priority: Priority) -> bool:
        """Whether so many may be sent now, one after the other; takes none out."""
        needed = min(self.limit.needed(priority) - 1 + requests, self.limit.size)
        try:
            return _ask(self, needed, priority=priority, take=0)[0] <= 0
        except redis.RedisError:
            return True

    def drain(self, seconds: float) -> None:
        """The broker said "too many": nobody asks again before it wants to be asked."""
        try:
            _script(_DRAIN)(keys=[self.key], args=[seconds])
        except redis.RedisError:
            _drain_here(self, seconds)

    def look(self) -> Spent | None:
        """For a page; None where Valkey does not answer."""
        try:
            _, left, closed = _ask(self, 0, priority=Priority.WAY_OUT, take=0)
        except redis.RedisError:
            return None
        return Spent(left=left, size=self.limit.size, closed_seconds=max(closed, 0.0))

    @property
    def key(self) -> str:
        return f"rate-budget:{self.name}"


@cache
def _script(text: str) -> Script:
    return valkey.client().register_script(text)


def _ask(
    one: Budget, needed: float, *, priority: Priority, take: int
) -> tuple[float, float, float]:
    limit, waits = one.limit, int(priority is not Priority.WAY_OUT)
    given = [limit.size, limit.per_second, needed, waits, take]
    answer = cast("list[str]", _script(_SPEND)(keys=[one.key], args=given))
    wait, left, closed = (float(figure) for figure in answer)
    return wait, left, closed


# Without Valkey

_here: dict[str, Bucket] = {}
_lock = Lock()


def _spend_here(one: Budget, priority: Priority) -> float:
    if priority is Priority.WAY_OUT:
        return 0.0
    limit = budget.limit_of(max(one.requests_per_minute // PROCESSES, 1))

    def step(bucket: Bucket, now: float) -> tuple[Bucket, float]:
        return budget.spend(bucket, limit, priority=priority, now=now)

    return _change_here(one, limit, step)


def _drain_here(one: Budget, seconds: float) -> None:
    def step(bucket: Bucket, now: float) -> tuple[Bucket, float]:
        return budget.drained(bucket, seconds=seconds, now=now), 0.0

    _change_here(one, one.limit, step)


def _change_here(
    one: Budget, limit: Limit, step: Callable[[Bucket, float], tuple[Bucket, float]]
) -> float:
    with _lock:
        now = time.monotonic()
        _here[one.name], wait = step(_here.get(one.name, budget.full(limit, now)), now)
    return wait
