"""Transactions that PostgreSQL took back so that another one could pass.

A deadlock, a serialization failure and a lock timeout all mean that nothing of the
transaction was kept, so the transaction, and never a request to a broker, may be tried
again (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection


P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)

TRIES = 4
# https://www.postgresql.org/docs/current/errcodes-appendix.html
LOCK_TIMEOUT = "55P03"
CONFLICTS = {
    "40001": "serialization failure",
    "40P01": "deadlock",
    LOCK_TIMEOUT: "lock timeout",
}


def tried_again(transact: Callable[P, R]) -> Callable[P, R]:
    """A function that is one transaction, tried a few times where it meets another.

    Within a larger transaction it is tried once: that one was taken back as a whole.
    """

    @wraps(transact)
    def trying(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = 1 if connection.in_atomic_block else TRIES
        for _ in range(tries - 1):
            try:
                return transact(*args, **kwargs)
            except OperationalError as error:
                conflict = CONFLICTS.get(sqlstate_of(error))
                if conflict is None:
                    raise
                log.warning("transaction_conflict", kind=conflict, what=_name(transact))
        return transact(*args, **kwargs)

    return trying


def sqlstate_of(error: OperationalError) -> str:
    """PostgreSQL's code, "" where the server said nothing (it may be gone)."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _name(transact: Callable[P, R]) -> str:
    return getattr(transact, "__qualname__", repr(transact))
