"""How long to wait after failed attempts: doubling, with a ceiling.

The ceiling keeps an attacker who knows a password from locking its owner out for days:
at one guess in 15 minutes a day of guessing meets a six-digit code, of which three are
valid at sign-in, with a chance of 3 in 10,000.
"""

from __future__ import annotations

from datetime import datetime, timedelta


CEILING = timedelta(minutes=15)
FREE_ATTEMPTS_PER_ADDRESS = 10
ADDRESS_MEMORY = timedelta(hours=1)


def delay(failures: int) -> timedelta:
    """1, 2, 4, 8 ... seconds after so many failures in a row, at most CEILING."""
    if failures <= 0:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - 1, 20)), CEILING)


def retry_at(*, failures: int, failed_at: datetime | None) -> datetime | None:
    """From when the next attempt is looked at; None where nothing failed."""
    if failed_at is None or failures <= 0:
        return None
    return failed_at + delay(failures)
