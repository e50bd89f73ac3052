"""How many requests a connection may still send, and who may send the last of them.

A bucket holds a quarter of the minute's limit and is refilled with the rest over the
minute, so that no minute ever sees more than the broker's published limit. Those who
can wait leave a part of it untouched: a way out of a position always finds a request
left when quotes and polls have long been told to come back later.

The arithmetic is here, pure; `brokers.sessions.budget` keeps one bucket per connection
where all processes see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


SECONDS = 60.0
SHARE_AT_ONCE = 4


class Priority(StrEnum):
    """Who asks. A cancel, and anything that reduces, is a way out."""

    WAY_OUT = "way_out"
    SUBMIT = "submit"
    LOOKUP = "lookup"
    POLL = "poll"
    MARKET_DATA = "market_data"


# The part of a full bucket that must be left behind.
LEAVES: Mapping[Priority, float] = MappingProxyType(
    {
        Priority.WAY_OUT: 0.0,
        Priority.SUBMIT: 0.1,
        Priority.LOOKUP: 0.2,
        Priority.POLL: 0.4,
        Priority.MARKET_DATA: 0.6,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bucket's size, and how much flows in each second."""

    size: float
    per_second: float

    def needed(self, priority: Priority) -> float:
        """What must be in the bucket for one request of this priority."""
        return min(1.0 + LEAVES[priority] * self.size, self.size)


def limit_of(requests_per_minute: int) -> Limit:
    size = float(max(requests_per_minute // SHARE_AT_ONCE, 1))
    inflow = max(requests_per_minute - size, 1.0)
    return Limit(size=size, per_second=inflow / SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """`left` requests at the instant `at`, in seconds. Until `closed_until`, which the
    broker asked for, nothing but ways out may be tried, as fast as the bucket refills.
    """

    left: float
    at: float
    closed_until: float = 0.0


def full(limit: Limit, now: float) -> Bucket:
    return Bucket(left=limit.size, at=now)


def refilled(bucket: Bucket, limit: Limit, now: float) -> Bucket:
    gained = max(now - bucket.at, 0.0) * limit.per_second
    return replace(bucket, left=min(bucket.left + gained, limit.size), at=now)


def spend(
    bucket: Bucket, limit: Limit, *, priority: Priority, now: float
) -> tuple[Bucket, float]:
    """The bucket after one request and 0, or as it is and the seconds to wait."""
    bucket = refilled(bucket, limit, now)
    missing = limit.needed(priority) - bucket.left
    wait = max(missing, 0.0) / limit.per_second
    if priority is not Priority.WAY_OUT:
        wait = max(wait, bucket.closed_until - now)
    if wait > 0:
        return bucket, wait
    return replace(bucket, left=bucket.left - 1), 0.0


def drained(bucket: Bucket, *, seconds: float, now: float) -> Bucket:
    """The broker said "too many": empty, and closed for as long as it asked."""
    until = max(bucket.closed_until, now + seconds)
    return Bucket(left=0.0, at=now, closed_until=until)
