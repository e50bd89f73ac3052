"""One reading of an account at a time, over all processes.

An advisory lock of PostgreSQL's: it holds no transaction open while a broker is being
asked, and ends with the connection of a process that was killed. Two readings at once
would be right as well, merging being monotone; they would only waste the rate budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import DatabaseError, OperationalError, connection, transaction

from brokers.orders.conflicts import LOCK_TIMEOUT, sqlstate_of


# Names this use among others of PostgreSQL's pairs of lock numbers.
_READINGS = 0x53594E43


class TurnTaken(Exception):  # noqa: N818 - no error: somebody else is at it
    """Another process reads this account; its news comes without us."""


@contextmanager
def turn_of(account_id: int, patience: timedelta = timedelta(0)) -> Iterator[None]:
    """Raises TurnTaken at once, or after so long a wait."""
    if not (_waited(account_id, patience) if patience else _tried(account_id)):
        raise TurnTaken
    try:
        yield
    finally:
        _give_back(account_id)


def _tried(account_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_READINGS, account_id])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


def _waited(account_id: int, patience: timedelta) -> bool:
    """The lock is the session's and outlives the transaction that bounds the wait."""
    milliseconds = f"{patience / timedelta(milliseconds=1):.0f}ms"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true)", [milliseconds]
            )
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_READINGS, account_id])
    except OperationalError as error:
        if sqlstate_of(error) != LOCK_TIMEOUT:
            raise
        return False
    return True


def _give_back(account_id: int) -> None:
    """A connection that broke has given it back itself."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READINGS, account_id])
