"""One reading of an account at a time, over all processes.

An advisory lock of PostgreSQL's: it holds no transaction open while a broker is being
asked, and ends with the connection of a process that was killed. Two readings at once
would be right as well, merging being monotone; they would only waste the rate budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


# Names this use among others of PostgreSQL's pairs of lock numbers.
_READINGS = 0x53594E43


class TurnTaken(Exception):  # noqa: N818 - no error: somebody else is at it
    """Another process reads this account; its news comes without us."""


@contextmanager
def turn_of(account_id: int) -> Iterator[None]:
    """Raises TurnTaken at once instead of waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_READINGS, account_id])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise TurnTaken
    try:
        yield
    finally:
        _give_back(account_id)


def _give_back(account_id: int) -> None:
    """A connection that broke has given it back itself."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READINGS, account_id])
