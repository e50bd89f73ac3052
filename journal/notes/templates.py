"""One's own beginnings of notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from journal.models import NoteTemplate
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    name: str
    title: str
    body: str


def save(
    user: User,
    template: NoteTemplate | None,
    beginning: Beginning,
    *,
    actor: Actor,
    now: datetime,
) -> NoteTemplate:
    """Make a template, or change this one of the user's.

    Raises:
        InvalidInputError: another of theirs has the name.
    """
    row = template or NoteTemplate(owner=user)
    row.name, row.title, row.body = beginning.name, beginning.title, beginning.body
    try:
        with transaction.atomic():
            row.save()
            _record(row, actor, now, deleted=False)
    except IntegrityError as error:
        raise InvalidInputError(
            f"You have a template called {beginning.name} already.", field="name"
        ) from error
    return row


def delete(template: NoteTemplate, *, actor: Actor, now: datetime) -> None:
    """Notes that began with it stay as they are."""
    with transaction.atomic():
        kept_id = template.pk
        template.delete()
        template.pk = kept_id
        _record(template, actor, now, deleted=True)


def _record(row: NoteTemplate, actor: Actor, now: datetime, *, deleted: bool) -> None:
    record(
        AuditAction.NOTE_TEMPLATE_CHANGED,
        actor=actor,
        subject="notetemplate",
        subject_id=row.pk,
        payload={"name": row.name, "deleted": deleted},
        now=now,
    )
