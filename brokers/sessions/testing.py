"""The connection test that a person asks for: every step with its outcome, audited."""

from __future__ import annotations

from django.db import transaction

from brokers.domain.errors import BrokerError
from brokers.models import Account
from brokers.sessions.connecting import Probe, probe
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock


def run_test(account: Account, *, actor: Actor, clock: Clock) -> list[Probe]:
    """Read everything that the desk reads; changes nothing at the broker.

    Credentials that cannot even be used are the first and only step then.
    """
    try:
        steps = probe(account.connection, clock)
    except BrokerError as error:
        steps = [
            Probe(
                step="Credentials", passed=False, detail=error.message, milliseconds=0
            )
        ]
    _note(account, steps, actor=actor, clock=clock)
    return steps


@transaction.atomic(durable=True)
def _note(account: Account, steps: list[Probe], *, actor: Actor, clock: Clock) -> None:
    record(
        AuditAction.ACCOUNT_TESTED,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload={
            "passed": all(step.passed for step in steps),
            "failed": [step.step for step in steps if not step.passed],
            "milliseconds": sum(step.milliseconds for step in steps),
        },
        now=clock.now(),
    )
