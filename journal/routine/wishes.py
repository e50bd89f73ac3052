"""What a person wishes of their routine: quiet hours, own band, symbol of the market."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from journal.models import Reminder, RoutineWishes
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


def wishes_of(user: User) -> RoutineWishes:
    """The person's row, or the defaults, unsaved."""
    return or_defaults(user, RoutineWishes.objects.for_user(user))


def or_defaults(user: User, found: Iterable[RoutineWishes]) -> RoutineWishes:
    """Of the person's rows, one or none; it knows its person."""
    wishes = next(iter(found), None) or RoutineWishes()
    wishes.owner = user
    return wishes


@transaction.atomic(durable=True)
def save_wishes(
    user: User, chosen: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Store the fields given. Reminders that waited for the end of the quiet are looked
    at anew, by the hours that hold now.
    """
    RoutineWishes.objects.update_or_create(owner=user, defaults=dict(chosen))
    held = Reminder.objects.for_user(user).exclude(look_at=F("next_at"))
    held.update(look_at=F("next_at"))
    record(
        AuditAction.ROUTINE_CHANGED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={name: _plain(value) for name, value in chosen.items()},
        now=now,
    )


def _plain(value: object) -> object:
    return value if isinstance(value, int | str | None) else str(value)
