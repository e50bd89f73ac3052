"""Saving, archiving and bringing back notes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from brokers.models import Order
from journal.models import Note, NoteDraft, NoteImage, NoteLink, NoteTag, Trade
from journal.notes import markdown
from journal.notes.labels import labels
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import StaleStateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a form holds, checked. `alts` are the words of pictures by key.

    `orders` and `trades` are the ids of all that the note is to be linked to; what is
    not the writer's own is left out.
    """

    title: str
    body: str
    tags: Sequence[str]
    symbols: Sequence[str]
    day: date
    orders: Sequence[int] = ()
    trades: Sequence[int] = ()
    alts: Mapping[str, str]


class StaleNoteError(StaleStateError):
    """The note was saved from elsewhere since this form was opened; `current` is that."""

    def __init__(self, current: Note) -> None:
        super().__init__("This note was saved from another window since you opened it.")
        self.current = current


def save(
    user: User,
    key: UUID,
    written: Written,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Note:
    """Make the note, where `version` is 0, or change the one that has this version.

    Its draft goes. A form sent twice is one note: the same text again is no conflict.

    Raises:
        StaleNoteError: somebody saved it in between; nothing is changed.
        Note.DoesNotExist: the key is nobody's note, or a stranger's.
    """
    fields = _fields(written)
    try:
        with transaction.atomic():
            note = _stored(user, key, fields, version=version, now=now)
            linked = _link(note, written)
            shown = _claim_pictures(note, written)
            _tag(note, now)
            NoteDraft.objects.for_user(user).filter(key=key).delete()
            _record(
                AuditAction.NOTE_SAVED,
                note,
                actor=actor,
                now=now,
                links=linked,
                shown=shown,
            )
    except IntegrityError:
        return _same_or_stale(user, key, fields)
    except Note.DoesNotExist:
        return _same_or_stale(user, key, fields)
    return note


def _fields(written: Written) -> dict[str, object]:
    words = [markdown.plain(written.body), *written.alts.values()]
    return {
        "title": written.title,
        "body": written.body,
        "plain": "\n".join(text for text in words if text),
        "labels": labels(
            tags=written.tags,
            symbols=written.symbols,
            text=f"{written.title}\n{written.body}",
        ),
        "day": written.day,
    }


def _stored(
    user: User, key: UUID, fields: dict[str, object], *, version: int, now: datetime
) -> Note:
    """Compare-and-set on the version; Note.DoesNotExist where it is another by now."""
    if version == 0:
        return Note.objects.create(
            owner=user, key=key, created_at=now, changed_at=now, **fields
        )
    mine = Note.objects.for_user(user).filter(key=key)
    changed = mine.filter(version=version).update(
        version=F("version") + 1, changed_at=now, **fields
    )
    if not changed:
        raise Note.DoesNotExist
    return mine.get()


def _same_or_stale(user: User, key: UUID, fields: dict[str, object]) -> Note:
    current = Note.objects.for_user(user).get(key=key)
    if all(getattr(current, name) == value for name, value in fields.items()):
        return current
    raise StaleNoteError(current)


def _link(note: Note, written: Written) -> int:
    """Links as the form says; how many there are now."""
    mine = Order.objects.filter(owner=note.owner_id, pk__in=list(written.orders))
    orders = set(mine.values_list("pk", flat=True))
    own = Trade.objects.filter(owner=note.owner_id, pk__in=list(written.trades))
    trades = set(own.values_list("key", flat=True))
    had = list(note.links.all())
    gone = [
        link.pk for link in had if link.order_id not in orders and link.trade_key not in trades
    ]  # fmt: skip
    if gone:
        note.links.filter(pk__in=gone).delete()
    new_orders = orders - {link.order_id for link in had}
    new_trades = trades - {link.trade_key for link in had}
    NoteLink.objects.bulk_create(
        [
            *(NoteLink(note=note, order_id=pk) for pk in sorted(new_orders)),
            *(NoteLink(note=note, trade_key=name) for name in sorted(new_trades)),
        ]
    )
    return len(orders) + len(trades)


def _claim_pictures(note: Note, written: Written) -> list[str]:
    """Pictures of the text become the note's, with their words; their digests."""
    keys = list(markdown.references(written.body))
    if not keys:
        return []
    mine = NoteImage.objects.for_user(note.owner).filter(key__in=keys).defer("content")
    found = list(mine)
    for image in found:
        image.alt = written.alts.get(str(image.key), image.alt)
        image.note = image.note or note
    NoteImage.objects.bulk_update(found, ["alt", "note"])
    return [image.digest for image in found]


def _tag(note: Note, now: datetime) -> None:
    NoteTag.objects.bulk_create(
        [NoteTag(owner=note.owner, name=name, used_at=now) for name in sorted(note.tags)],
        update_conflicts=True,
        unique_fields=["owner", "name"],
        update_fields=["used_at"],
    )  # fmt: skip


def archive(note: Note, *, actor: Actor, now: datetime) -> bool:
    """Out of every list but the archive; False if it was there already."""
    return _move(note, AuditAction.NOTE_ARCHIVED, to=now, actor=actor, now=now)


def restore(note: Note, *, actor: Actor, now: datetime) -> bool:
    return _move(note, AuditAction.NOTE_RESTORED, to=None, actor=actor, now=now)


def _move(
    note: Note, action: AuditAction, *, to: datetime | None, actor: Actor, now: datetime
) -> bool:
    rows = Note.objects.filter(pk=note.pk, archived_at__isnull=to is not None)
    with transaction.atomic():
        if not rows.update(archived_at=to):
            return False
        note.archived_at = to
        _record(action, note, actor=actor, now=now)
    return True


def _record(
    action: AuditAction, note: Note, *, actor: Actor, now: datetime, **more: object
) -> None:
    """The words stay out of the log, which nobody can erase from: their digest is in."""
    words = f"{note.title}\n{note.body}".encode()
    record(
        action,
        actor=actor,
        subject="note",
        subject_id=note.pk,
        payload={
            "version": note.version,
            "day": note.day,
            "labels": note.labels,
            "digest": hashlib.sha256(words).hexdigest(),
            **more,
        },
        now=now,
    )
