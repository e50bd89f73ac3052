"""Trades of accounts whose fills have changed, and what bars say of those that closed."""

from __future__ import annotations

from celery import shared_task

from journal.book import measuring, rebuilding
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="journal.tasks.trades.rebuild_due", expires=10)
def rebuild_due() -> None:
    """Each due account is a task of its own, so that a long history delays no other."""
    for account_id in rebuilding.due_accounts():
        rebuild_account.delay(account_id)


@shared_task(name="journal.tasks.trades.rebuild_account", expires=60)
def rebuild_account(account_id: int) -> None:
    rebuilding.rebuild(account_id, clock=SYSTEM_CLOCK)


@shared_task(name="journal.tasks.trades.measure_due", expires=30)
def measure_due() -> None:
    measuring.measure_due(SYSTEM_CLOCK.now())
