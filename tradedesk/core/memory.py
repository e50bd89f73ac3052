"""What Python's collector of cycles may leave alone."""

from __future__ import annotations

import gc


# New objects with cycles among them that may wait; a page makes some thousands of
# objects and drops nearly all of them by itself.
WAITING = 50_000


def settle() -> None:
    """Say that what is loaded by now stays; called once, when a process has started.

    Every full collection would look through all modules and models again, tens of
    milliseconds in which no thread answers. What `gc.freeze` sets aside is never looked
    at, and what comes later is looked at as before, only less often
    (https://docs.python.org/3.11/library/gc.html).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(WAITING, 20, 20)
