"""Threads that start together, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from tradedesk.core.errors import DeskError


def together(*acts: Callable[[], object]) -> list[object]:
    """What each came to, in order; an error that a person would be told is a result."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except DeskError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def successes(results: Sequence[object]) -> list[object]:
    return [one for one in results if not isinstance(one, DeskError)]
