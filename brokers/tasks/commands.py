"""Sending and settling commands: the rows say what is due."""

from __future__ import annotations

from celery import shared_task

from brokers.domain.orders import CommandKind
from brokers.models import Command
from brokers.orders import amend, cancel, restoring, submission, sweeping
from tradedesk.core.clock import SYSTEM_CLOCK


SENDERS = {
    CommandKind.SUBMIT: submission.send_submission,
    CommandKind.CANCEL: cancel.send_cancel,
    CommandKind.AMEND: amend.send_amend,
}
SETTLERS = {
    CommandKind.SUBMIT: submission.settle_submission,
    CommandKind.CANCEL: cancel.settle_cancel,
    CommandKind.AMEND: amend.settle_amend,
}


@shared_task(name="brokers.tasks.send")
def send(command_id: int, kind: str = "") -> None:
    """Send a queued command; a no-op when it has been sent already.

    `kind` spares asking for it, and is compared with the row before anything is sent.
    """
    SENDERS[CommandKind(kind or _kind_of(command_id))](command_id, SYSTEM_CLOCK)


@shared_task(name="brokers.tasks.settle")
def settle(command_id: int, kind: str = "") -> None:
    """Look up a sent command without an answer; a no-op when it has one."""
    SETTLERS[CommandKind(kind or _kind_of(command_id))](command_id, SYSTEM_CLOCK)


def _kind_of(command_id: int) -> str:
    return Command.objects.values_list("kind", flat=True).get(pk=command_id)


@shared_task(name="brokers.tasks.restore_stops", expires=10)
def restore_stops() -> None:
    """Place stops again that gave way to an order which has ended."""
    for order_id in restoring.ended():
        restoring.restore(order_id, SYSTEM_CLOCK.now())


@shared_task(name="brokers.tasks.sweep_outbox", expires=10)
def sweep_outbox() -> None:
    """Re-drive every command that is due: whatever the queue lost is found here."""
    for due in sweeping.take_due(SYSTEM_CLOCK.now()):
        task = send if due.is_queued else settle
        task.apply_async(args=(due.pk, due.kind), expires=30)
