"""A worker that dies for real: a forked process, killed at a numbered failpoint."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from django.db import connections

from tradedesk.core.failpoints import Failpoint


DONE, FAILED = 0, 1


def in_a_process(act: Callable[[], object]) -> int:
    """Do this in a process of its own: its exit code, or minus the signal it died of.

    The connections of this process are closed before: two processes on one socket
    would end each other's sessions.
    """
    return ended(started(act))


def started(act: Callable[[], object]) -> int:
    """The id of a process that does this."""
    for connection in connections.all():
        connection.close()
        connection.close_pool()
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            act()
            code = DONE
        finally:
            os._exit(code)  # none of pytest's own ends
    return child


def ended(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def dies_at(point: Failpoint, folder: Path, act: Callable[[], object]) -> None:
    """SIGKILL at this point of what is done; a run that passes it by is an error."""
    armed = folder / point
    armed.touch()
    os.environ["TRADEDESK_FAILPOINTS"] = str(folder)
    try:
        code = in_a_process(act)
    finally:
        del os.environ["TRADEDESK_FAILPOINTS"]
    assert code == -signal.SIGKILL
    assert not armed.exists()
