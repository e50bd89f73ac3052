"""Background work. Each task may come twice, late or never: the rows say what is due.

The names of tasks stand in queues and in the schedule, so they never change, whichever
module of this package a task lives in.
"""

from __future__ import annotations

from brokers.tasks import accounts, commands, market, reconciliation, venues
from brokers.tasks.commands import SENDERS, SETTLERS


__all__ = [
    "SENDERS",
    "SETTLERS",
    "accounts",
    "commands",
    "market",
    "reconciliation",
    "venues",
]
