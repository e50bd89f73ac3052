"""What Python's collector of cycles may leave alone."""

from __future__ import annotations

import gc


# New objects that may wait to be looked through, a millisecond for each thousand: more
# of them at once would be felt by the page that comes then.
WAITING = 2_000


def settle() -> None:
    """Say that what is loaded by now stays; called once, when a process has started.

    Every full collection would look through all modules and models again, tens of
    milliseconds in which no thread answers. What `gc.freeze` sets aside is never looked
    at, and what comes later is looked at as before, only in other portions
    (https://docs.python.org/3.11/library/gc.html).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(WAITING, 20, 20)
