"""Holds as rows: begun once per occasion, in force until their end, lifted by another.

A hold is for new risk alone; nothing here is asked by what reduces a position.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from brokers.models import Account
from journal.behaviour.holds import Hold
from journal.models import CoolingOff
from tradedesk.accounts.models import Role, User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor, system
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError


JOURNAL = system("journal")
SHORTEST_REASON = 10


def running(account: Account, now: datetime) -> list[CoolingOff]:
    """What holds new risk of this account now, the longest first."""
    return list(running_rows(account, now))


def running_rows(account: Account, now: datetime) -> QuerySet[CoolingOff]:
    rows = CoolingOff.objects.filter(
        account=account, ends_at__gt=now, began_at__lte=now, lifted_at=None
    )
    return rows.order_by("-ends_at")


def begin(account: Account, holds: Iterable[Hold], now: datetime) -> list[CoolingOff]:
    """Write down those that are new; one that would be over by now is left out."""
    coming = [hold for hold in holds if hold.ends_at > now]
    known = set(
        CoolingOff.objects.filter(
            account=account, occasion__in=[hold.occasion for hold in coming]
        ).values_list("signal", "occasion")
    )
    return [
        _begin(account, hold)
        for hold in coming
        if (hold.signal.value, hold.occasion) not in known
    ]


@transaction.atomic
def _begin(account: Account, hold: Hold) -> CoolingOff:
    kinds = CoolingOff.Kind
    row, is_new = CoolingOff.objects.get_or_create(
        account=account,
        signal=hold.signal.value,
        occasion=hold.occasion,
        defaults={
            "owner": account.owner,
            "kind": kinds.LOCK if hold.is_lock else kinds.COOLING,
            "words": hold.words,
            "began_at": hold.began_at,
            "ends_at": hold.ends_at,
        },
    )
    if is_new:
        record(
            AuditAction.HOLD_BEGAN,
            actor=JOURNAL,
            subject="account",
            subject_id=account.pk,
            payload={
                "kind": row.kind,
                "signal": row.signal,
                "words": row.words,
                "ends_at": row.ends_at,
            },
            now=hold.began_at,
        )
    return row


@transaction.atomic
def lift(
    hold_id: int, *, by: User, reason: str, actor: Actor, now: datetime
) -> CoolingOff:
    """End somebody else's lock before its time: the desk's owner approves it.

    Raises:
        NotAllowedError: it is one's own, not the owner who asks, or a cooling-off.
        InvalidInputError: the reason says too little.
        StaleStateError: it does not run any more.
    """
    row = CoolingOff.objects.select_for_update(no_key=True).get(pk=hold_id)
    if by.role != Role.OWNER or row.owner_id == by.pk:
        raise NotAllowedError(
            "Only the desk's owner lifts a lock, and never their own."
        )
    if row.kind != CoolingOff.Kind.LOCK:
        raise NotAllowedError("A cooling-off ends by itself in a few minutes.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInputError("Write down why.", field="reason")
    if row.lifted_at is not None or row.ends_at <= now:
        raise StaleStateError("This lock is over already.")
    row.lifted_at, row.lifted_by, row.lift_reason = now, by, reason.strip()[:200]
    row.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record(
        AuditAction.HOLD_LIFTED,
        actor=actor,
        subject="account",
        subject_id=row.account_id,
        payload={"hold": row.pk, "reason": row.lift_reason},
        now=now,
    )
    return row
