"""What an account's owner chooses of its reconciliation."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction

from brokers.models import Account
from brokers.orders.locks import lock_account
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """`reconcile_at` is a time of day at the exchange."""

    reconcile_active: bool
    reconcile_at: time
    reduce_on_critical_break: bool


def wishes_of(account: Account) -> Wishes:
    return Wishes(
        reconcile_active=account.reconcile_active,
        reconcile_at=account.reconcile_at,
        reduce_on_critical_break=account.reduce_on_critical_break,
    )


@transaction.atomic(durable=True)
def change(account_id: int, wishes: Wishes, *, actor: Actor, now: datetime) -> bool:
    """Whether anything changed; what did is written down with what it was."""
    account = lock_account(account_id)
    before = wishes_of(account)
    if wishes == before:
        return False
    Account.objects.filter(pk=account.pk).update(**asdict(wishes))
    record(
        AuditAction.ACCOUNT_SETTINGS_CHANGED,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload={"before": _words(before), "after": _words(wishes)},
        now=now,
    )
    return True


def _words(wishes: Wishes) -> dict[str, object]:
    said = asdict(wishes)
    return said | {"reconcile_at": wishes.reconcile_at.isoformat("minutes")}
