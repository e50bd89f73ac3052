"""Places where a process may be killed on purpose, to show that nothing is lost.

Off unless TRADEDESK_FAILPOINTS names a folder: the first process that reaches a point
after a file of its name was put there removes the file and kills itself with SIGKILL, so
that a restarted process runs on. Every step of a submission has its point, numbered in
order.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum
from pathlib import Path


class Failpoint(StrEnum):
    """The numbered points of a submission, in the order in which they are passed."""

    CONFIRM_BEFORE_COMMIT = "1-confirm-before-commit"
    CONFIRM_AFTER_COMMIT = "2-confirm-after-commit"
    SEND_BEFORE_CLAIM = "3-send-before-claim"
    SEND_AFTER_CLAIM = "4-send-after-claim"
    SEND_AFTER_ANSWER = "5-send-after-answer"
    SEND_AFTER_INGEST = "6-send-after-ingest"
    STREAM_BEFORE_INGEST = "7-stream-before-ingest"
    STREAM_AFTER_INGEST = "8-stream-after-ingest"
    SETTLE_BEFORE_LOOKUP = "9-settle-before-lookup"
    SETTLE_AFTER_LOOKUP = "10-settle-after-lookup"


def reach(point: Failpoint) -> None:
    """Die here, if somebody armed this point and nobody has died for it yet."""
    folder = os.environ.get("TRADEDESK_FAILPOINTS")
    if not folder:
        return
    try:
        Path(folder, point).unlink()  # whoever removes it dies; unlink is atomic
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
