"""Database work beside the browser: its engine keeps the main thread's event loop busy,
and Django refuses queries there.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections


Result = TypeVar("Result")


def in_thread(work: Callable[[], Result]) -> Result:
    def done() -> Result:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()
