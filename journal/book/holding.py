"""How long a trade was held, in the buckets of reports and filters."""

from __future__ import annotations

from dataclasses import dataclass


MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingBucket:
    """From `least` seconds to just under `below`; None is without an end."""

    name: str
    label: str
    least: int
    below: int | None


HOLDING_BUCKETS = (
    HoldingBucket(name="5m", label="under 5 min", least=0, below=5 * MINUTE),
    HoldingBucket(name="30m", label="5 to 30 min", least=5 * MINUTE, below=30 * MINUTE),
    HoldingBucket(name="2h", label="30 min to 2 h", least=30 * MINUTE, below=2 * HOUR),
    HoldingBucket(name="1d", label="2 h to 1 day", least=2 * HOUR, below=DAY),
    HoldingBucket(name="5d", label="1 to 5 days", least=DAY, below=5 * DAY),
    HoldingBucket(name="20d", label="5 to 20 days", least=5 * DAY, below=20 * DAY),
    HoldingBucket(name="long", label="over 20 days", least=20 * DAY, below=None),
)
BUCKETS_BY_NAME = {bucket.name: bucket for bucket in HOLDING_BUCKETS}


def bucket_of(seconds: int) -> HoldingBucket:
    return next(
        one for one in HOLDING_BUCKETS if one.below is None or seconds < one.below
    )
