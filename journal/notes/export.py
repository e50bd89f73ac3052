"""Notes for other programs: Markdown files with their pictures in a zip, or JSON lines.

Both are written piece by piece, so that a hundred thousand notes need no memory.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from journal.models import Note, NoteImage
from journal.notes import markdown


CHUNK = 200
_UNSAFE = re.compile(r"[^a-z0-9]+")


def json_pieces(notes: QuerySet[Note]) -> Iterator[str]:
    """One JSON document: {"notes": [...]}, in pieces. Instants in UTC, ISO 8601."""
    yield '{"format": "tradedesk-notes-1", "notes": ['
    separator = "\n"
    for note in _walk(notes):
        yield separator + json.dumps(_as_json(note), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def zip_pieces(notes: QuerySet[Note]) -> Iterator[bytes]:
    """A zip of `notes/DAY-title-ID.md` and `pictures/KEY.webp`, in pieces."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
        for note in _walk(notes):
            pictures = _pictures(note)
            for image in pictures:
                entry = zipfile.ZipInfo(f"pictures/{image.key}.webp", _stamp(note))
                packed.writestr(entry, bytes(image.content))
            text = as_markdown(note, pictures)
            entry = zipfile.ZipInfo(f"notes/{file_name(note)}", _stamp(note))
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, text)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe:
    """A file that cannot be gone back in, whose content is taken as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _walk(notes: QuerySet[Note]) -> Iterator[Note]:
    linked = notes.defer("search", "plain").prefetch_related("links")
    return linked.iterator(chunk_size=CHUNK)


def _pictures(note: Note) -> list[NoteImage]:
    keys = list(markdown.references(note.body))
    if not keys:
        return []
    return list(NoteImage.objects.filter(owner=note.owner_id, key__in=keys))


def file_name(note: Note) -> str:
    """ASCII, one of its kind: "2026-03-02-gap-and-go-17.md"."""
    plain = unicodedata.normalize("NFKD", note.title).encode("ascii", "ignore").decode()
    slug = _UNSAFE.sub("-", plain.lower()).strip("-")[:60].strip("-")
    return (
        "-".join(part for part in (note.day.isoformat(), slug, str(note.pk)) if part)
        + ".md"
    )


def as_markdown(note: Note, pictures: list[NoteImage]) -> str:
    """The text below a head that other note programs read (YAML, values in JSON)."""
    files = {
        str(image.key): (image.alt, f"../pictures/{image.key}.webp")
        for image in pictures
    }
    head = {
        "title": note.title,
        "day": note.day.isoformat(),
        "tags": note.tags,
        "symbols": note.symbols,
        "created": _instant(note.created_at),
        "changed": _instant(note.changed_at),
        **_links(note),
    }
    lines = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in head.items()
    ]
    text = markdown.with_files(note.body, files)
    return "\n".join(["---", *lines, "---", "", text.rstrip(), ""])


def _links(note: Note) -> dict[str, Any]:
    links = list(note.links.all())
    return {
        "orders": [link.order_id for link in links if link.order_id],
        "trades": [link.trade_key for link in links if link.trade_key],
    }


def _as_json(note: Note) -> dict[str, Any]:
    return {
        "key": str(note.key),
        "title": note.title,
        "day": note.day.isoformat(),
        "tags": note.tags,
        "symbols": note.symbols,
        "body": note.body,
        "version": note.version,
        "created": _instant(note.created_at),
        "changed": _instant(note.changed_at),
        "pictures": list(markdown.references(note.body)),
        **_links(note),
    }


def _instant(moment: datetime) -> str:
    return moment.isoformat()


def _stamp(note: Note) -> tuple[int, int, int, int, int, int]:
    """When it was changed, for the zip; which knows no year before 1980 and no zone."""
    changed = note.changed_at
    return (
        changed.year, changed.month, changed.day, changed.hour, changed.minute, changed.second,
    )  # fmt: skip
