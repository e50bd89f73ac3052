"""A note deleted for good: its words, its pictures and its links, and nothing left of
them. Archiving is the everyday way; this is for what should not be there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from journal.models import Note, NoteDraft, NoteImage
from journal.notes.tagging import forget_unborne
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """What goes with a note; `kept` pictures are in another note too and go to it.
    Tasks stay, and no longer lead here.
    """

    pictures: int
    kept: int
    links: int
    tasks: int
    has_draft: bool


def what_goes(note: Note) -> Goes:
    pictures = list(note.images.defer("content"))
    kept = sum(_elsewhere(note, picture) is not None for picture in pictures)
    return Goes(
        pictures=len(pictures) - kept,
        kept=kept,
        links=note.links.count(),
        tasks=note.tasks.count(),
        has_draft=_drafts(note).exists(),
    )


@transaction.atomic(durable=True)
def delete(note: Note, *, actor: Actor, now: datetime) -> None:
    """The log says that it went and what it was made of, not what it said."""
    note_id, goes = note.pk, what_goes(note)
    for picture in note.images.defer("content"):
        if (other := _elsewhere(note, picture)) is not None:
            NoteImage.objects.filter(pk=picture.pk).update(note=other)
    _drafts(note).delete()
    # By a query: a deferred column is not to be read back for a row that goes.
    Note.objects.filter(pk=note_id).delete()
    forget_unborne(note.owner_id, note.labels)
    record(
        AuditAction.NOTE_DELETED,
        actor=actor,
        subject="note",
        subject_id=note_id,
        payload={
            "version": note.version,
            "written": note.created_at,
            "pictures": goes.pictures,
            "links": goes.links,
        },
        now=now,
    )


def _drafts(note: Note) -> QuerySet[NoteDraft]:
    return NoteDraft.objects.filter(owner=note.owner_id, key=note.key)


def _elsewhere(note: Note, picture: NoteImage) -> int | None:
    """Another note of the person that shows the same picture."""
    others = Note.objects.filter(owner=note.owner_id).exclude(pk=note.pk)
    shown = others.filter(body__contains=str(picture.key)).order_by("pk")
    return shown.values_list("pk", flat=True).first()
