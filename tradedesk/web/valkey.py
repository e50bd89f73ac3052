"""The process's one client of Valkey or Redis."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings


# A desk whose store hangs must still answer: nothing waits longer than this.
TIMEOUT_SECONDS = 1.0


@cache
def client() -> redis.Redis:
    """A pooled client, safe to share between threads; every call is bounded in time."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        decode_responses=True,
    )
