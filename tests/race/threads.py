"""Threads that start together, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from brokers.orders.turns import TurnTaken
from tradedesk.core.errors import DeskError


def together(*acts: Callable[[], object]) -> list[object]:
    """What each came to, in order. An error that a person would be told is a result, and
    so is a reading that somebody else was at already.
    """
    gate = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except (DeskError, TurnTaken) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def successes(results: Sequence[object]) -> list[object]:
    return [one for one in results if not isinstance(one, (DeskError, TurnTaken))]
