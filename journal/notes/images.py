"""Pictures of notes as rows: in the database, where backups and erasing find them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from journal.models import NoteDraft, NoteImage
from journal.notes.pictures import Encoded, UnusablePictureError
from tradedesk.accounts.models import User


# A picture whose note was never saved, nor its draft kept, goes after this long.
UNCLAIMED_FOR = timedelta(days=7)
# Of one person at a time: a desk is no place to store films.
MOST_UNCLAIMED = 100


def store(user: User, encoded: Encoded, *, now: datetime) -> NoteImage:
    """Keep a picture until its note is saved.

    Raises:
        UnusablePictureError: too many wait for a note already.
    """
    waiting = NoteImage.objects.for_user(user).filter(note=None)
    if waiting[MOST_UNCLAIMED - 1 : MOST_UNCLAIMED].exists():
        raise UnusablePictureError(
            f"{MOST_UNCLAIMED} pictures wait for their notes to be saved. "
            "Save those first."
        )
    return NoteImage.objects.create(
        owner=user,
        content=encoded.content,
        width=encoded.width,
        height=encoded.height,
        size=len(encoded.content),
        digest=encoded.digest,
        created_at=now,
    )


def forget_unclaimed(now: datetime) -> int:
    """Delete pictures that no note took up and no draft shows; how many."""
    reference = Concat(
        Value("image:"), Cast(OuterRef("key"), TextField()), output_field=TextField()
    )
    shown = NoteDraft.objects.filter(owner=OuterRef("owner"), body__contains=reference)
    old = NoteImage.objects.filter(note=None, created_at__lt=now - UNCLAIMED_FOR)
    deleted, _rows = old.filter(~Exists(shown)).delete()
    return deleted
