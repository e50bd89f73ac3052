"""Which notices a person wants by email as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from tradedesk.accounts.models import User
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.notifications.models import NoticeChoice, NoticeKind


def by_email(user_id: int, kind: NoticeKind) -> bool:
    """Email is on until the person turns it off."""
    return not NoticeChoice.objects.filter(
        user_id=user_id, kind=kind, email=False
    ).exists()


def of(user: User) -> Mapping[NoticeKind, bool]:
    """For each kind whether it goes by email."""
    chosen = dict(NoticeChoice.objects.for_user(user).values_list("kind", "email"))
    return {kind: chosen.get(kind.value, True) for kind in NoticeKind}


@transaction.atomic(durable=True)
def save(
    user: User, email: Collection[NoticeKind], *, actor: Actor, now: datetime
) -> None:
    """Email for these kinds, the page alone for all others."""
    NoticeChoice.objects.bulk_create(
        [
            NoticeChoice(user=user, kind=kind, email=kind in email)
            for kind in NoticeKind
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["email"],
    )
    audit.record(
        AuditAction.PREFERENCES_CHANGED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={"notices_by_email": sorted(kind.value for kind in email)},
        now=now,
    )
