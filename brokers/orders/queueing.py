"""Telling the worker, after commit, that there is something to send or to read.

Only hints: the outbox sweeper and the polls find the rows anyway.
"""

from __future__ import annotations

from datetime import datetime

from brokers.models import Command
from tradedesk.web.queue import hint


def hint_send(command: Command) -> None:
    """With its kind, so that the worker need not ask the row for it first."""
    hint("brokers.tasks.send", command.pk, command.kind)


def hint_sync(account_id: int, asked_at: datetime | None = None) -> None:
    """With `asked_at`, a read that began after it will do: many hints, one read."""
    moment = None if asked_at is None else asked_at.isoformat()
    hint("brokers.tasks.sync_account", account_id, moment)
