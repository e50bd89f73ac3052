"""What is being typed, kept on the desk every few seconds; not a change of any note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journal.models import Note, NoteDraft
from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the form as they stand, right or wrong."""

    title: str
    body: str
    tags: str
    symbols: str
    day: str


def keep(
    user: User, key: UUID, typed: Typed, *, version: int, now: datetime
) -> NoteDraft | None:
    """None where it came too late: the note was saved meanwhile, from here or elsewhere."""
    note = Note.objects.filter(key=key).only("owner_id", "version").first()
    current = 0 if note is None else note.version
    if version != current or (note is not None and note.owner_id != user.pk):
        return None
    fields = {name: getattr(typed, name) for name in Typed.__dataclass_fields__}
    draft, _made = NoteDraft.objects.update_or_create(
        owner=user, key=key, defaults={"version": version, "kept_at": now, **fields}
    )
    return draft


def forget(user: User, key: UUID) -> bool:
    deleted, _rows = NoteDraft.objects.for_user(user).filter(key=key).delete()
    return bool(deleted)
