"""The tags that are offered: those that a note bears."""

from __future__ import annotations

from collections.abc import Iterable

from journal.models import Note, NoteTag
from journal.notes import search


def forget_unborne(owner_id: int, labels: Iterable[str]) -> int:
    """Of these labels, the tags that no note bears any more are offered no longer; how
    many those were. Each is looked up in the index of words.
    """
    mine = Note.objects.filter(owner=owner_id)
    gone = 0
    for name in {label[1:] for label in labels if label.startswith("#")}:
        wanted = search.query("", tag=name)
        if wanted is not None and not mine.filter(wanted.matching()).exists():
            gone += NoteTag.objects.filter(owner=owner_id, name=name).delete()[0]
    return gone
