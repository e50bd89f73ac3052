"""Reconciling: every night by the clock, and whenever somebody asks."""

from __future__ import annotations

import structlog
from celery import shared_task

from brokers.domain.breaks import RunTrigger
from brokers.reconciliation.due import due_runs, missed_runs, raise_alarm
from brokers.reconciliation.paper.letter import send_due
from brokers.reconciliation.running import AlreadyRunningError, reconcile
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


log = structlog.get_logger(__name__)


@shared_task(name="brokers.tasks.reconcile_due", expires=50)
def reconcile_due() -> None:
    """Hand out the nightly runs that have fallen due, each a task of its own."""
    for due in due_runs(SYSTEM_CLOCK.now()):
        reconcile_account.delay(due.account.pk, RunTrigger.NIGHTLY.value)


@shared_task(name="brokers.tasks.reconcile_account", expires=600)
def reconcile_account(
    account_id: int, trigger: str, requested_by: int | None = None
) -> None:
    """One run; what is running already is left to end."""
    user = None if requested_by is None else User.objects.get(pk=requested_by)
    try:
        run = reconcile(
            account_id,
            trigger=RunTrigger(trigger),
            requested_by=user,
            clock=SYSTEM_CLOCK,
        )
    except AlreadyRunningError:
        log.info("reconciliation_runs_already", account=account_id)
        return
    log.info("reconciled", account=account_id, run=run.pk, result=run.result)


@shared_task(name="brokers.tasks.watch_reconciliation", expires=50)
def watch_reconciliation() -> None:
    """Raise the alarm for runs that did not happen, then send the letters that are due:
    silence must mean failure, so the letter goes in any case.
    """
    now = SYSTEM_CLOCK.now()
    for missed in missed_runs(now):
        raise_alarm(missed, now)
    send_due(now)
