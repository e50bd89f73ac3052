"""The list of notes: searched, filtered, page by page; the archive; and all as files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from journal.models import Note
from journal.notes import export, finding, reading
from journal.notes.forms import NoteFilterForm
from journal.notes.seeds import SEEDS
from journal.sections import tabs
from journal.views.note_rows import note_rows
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


# Left out on a phone until one of them narrows or they are asked for.
MORE_FILTERS = frozenset({"first", "last", "linked"})


@require_GET
def notes(request: DeskRequest) -> HttpResponse:
    """A page of notes, newest first; `?part=list` is the list alone."""
    form = _form(request)
    valid = form.is_valid()
    after = request.GET.get("after", "")
    page = finding.page(request.user, note_filter(form), after)
    given = form.given()
    context = {
        "tabs": tabs("journal", "notes"),
        "form": form,
        "rows": note_rows(page.notes),
        "asked": given.get("q", ""),
        "query": urlencode(given),
        "older": urlencode({**given, "after": page.after}) if page.after else "",
        "is_first": not after,
        "is_filtered": bool(given),
        "shows_more": bool(request.GET.get("more") or given.keys() & MORE_FILTERS),
        "seeds": SEEDS,
        "own_templates": reading.templates_of(request.user),
        "drafts": reading.drafts_of(request.user) if not (given or after) else [],
        "archived": _just_archived(request),
    }
    template = "journal/notes.html"
    if request.GET.get("part") == "list":
        template = "journal/notes.html#list"
    status = HTTPStatus.OK if valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, template, context, status=status)


def _form(request: DeskRequest) -> NoteFilterForm:
    tags = reading.tags_of(request.user)
    return NoteFilterForm(request.GET, tags=tags, auto_id="filter_%s")


def note_filter(form: NoteFilterForm) -> finding.NoteFilter:
    """What could be read of the form; the rest does not narrow."""
    cleaned: dict[str, Any] = form.cleaned_data
    return finding.NoteFilter(
        asked=cleaned.get("q", ""),
        tag=cleaned.get("tag", ""),
        symbol=cleaned.get("symbol", ""),
        first=cleaned.get("first"),
        last=cleaned.get("last"),
        linked=cleaned.get("linked", ""),
    )


def _just_archived(request: DeskRequest) -> Note | None:
    """The one that the step before put away, for as long as it can be undone in place."""
    given = request.GET.get("archived", "")
    if not given.isdecimal():
        return None
    mine = Note.objects.for_user(request.user).filter(archived_at__isnull=False)
    return mine.filter(pk=int(given[:18])).defer("body", "search").first()


@require_GET
def notes_archive(request: DeskRequest) -> HttpResponse:
    """What was put away, the last first; each may come back."""
    page = finding.archived(request.user, request.GET.get("after", ""))
    context = {
        "tabs": tabs("journal", "notes"),
        "rows": note_rows(page.notes),
        "older": urlencode({"after": page.after}) if page.after else "",
        "is_first": not request.GET.get("after"),
    }
    return render(request, "journal/notes_archive.html", context)


@require_GET
def notes_zip(request: DeskRequest) -> StreamingHttpResponse:
    """The filtered notes as Markdown files with their pictures, packed."""
    pieces = export.zip_pieces(finding.filtered(request.user, _valid(request)))
    return _file(StreamingHttpResponse(pieces, content_type="application/zip"), "zip")


@require_GET
def notes_json(request: DeskRequest) -> StreamingHttpResponse:
    """The filtered notes as one JSON document, without the pixels of their pictures."""
    pieces = export.json_pieces(finding.filtered(request.user, _valid(request)))
    response = StreamingHttpResponse(
        (piece.encode() for piece in pieces), content_type="application/json"
    )
    return _file(response, "json")


def _valid(request: DeskRequest) -> finding.NoteFilter:
    form = _form(request)
    if not form.is_valid():
        raise InvalidInputError("These filters cannot be used. Change them first.")
    return note_filter(form)


def _file(response: StreamingHttpResponse, ending: str) -> StreamingHttpResponse:
    day = SYSTEM_CLOCK.now().date().isoformat()
    name = f'attachment; filename="notes-{day}.{ending}"'
    response["Content-Disposition"] = name
    return response
