"""Background work of the journal. Each task may come twice, late or never."""

from __future__ import annotations

from journal.tasks import (
    behaviour,
    demo,
    imports,
    notes,
    reminders,
    trade_changes,
    trades,
)


__all__ = [
    "behaviour",
    "demo",
    "imports",
    "notes",
    "reminders",
    "trade_changes",
    "trades",
]
