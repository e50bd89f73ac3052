"""A note as the cells of its row in a list.

They are put into words here and not by filters in the template, as those of a trade
are: thirty rows cost a third of their page that way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from journal.models import Note
from tradedesk.web import drawings


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """`note` with what `journal.notes.finding` says of it for a list; `all_notes` is
    the address of the list that its labels narrow.
    """

    note: Note
    all_notes: str

    def cells(self) -> dict[str, str]:
        """By name, "" where there is nothing to show."""
        note, day = self.note, self.note.day
        return {
            "url": reverse("note", args=(note.pk,)),
            "day_iso": day.isoformat(),
            "day": f"{day.day} {day:%b}",
            "year": f"{day:%a} {day.year:04}",
            "heading": note.heading,
            "excerpt": note.excerpt,  # type: ignore[attr-defined] # annotated
            "labels": SafeString("".join(self._labels())),
        }

    def _labels(self) -> Iterator[str]:
        note = self.note
        for one in note.symbols:
            yield self._chip(f"symbol={quote(one)}", one, css="chip info")
        for one in note.tags:
            yield self._chip(f"tag={quote(one)}", f"#{one}")
        order_symbol = note.order_symbol  # type: ignore[attr-defined] # annotated
        if order_symbol:
            yield _beside(f"order {escape(order_symbol)}")
        if note.has_trade:  # type: ignore[attr-defined] # annotated
            yield _beside("trade")
        if note.has_picture:  # type: ignore[attr-defined] # annotated
            yield _beside(f"{drawings.icon('eye', 'small')}picture")

    def _chip(self, query: str, said: str, *, css: str = "chip") -> str:
        url = escape(f"{self.all_notes}?{query}")
        return f'<a class="{css}" href="{url}">{escape(said)}</a>'


def _beside(said: str) -> str:
    return f'<span class="soft small">{said}</span>'


def note_rows(notes: Sequence[Note]) -> list[NoteRow]:
    all_notes = reverse("notes")
    return [NoteRow(note=note, all_notes=all_notes) for note in notes]
