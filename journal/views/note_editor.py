"""Writing a note: the form, saving it, and what else happens while one types."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from journal.models import Note, NoteImage
from journal.notes import drafts, markdown, reading, writing
from journal.notes.forms import NoteForm
from journal.owned import owned_note
from journal.views import note_beginnings, note_links
from journal.views.note_pictures import taken
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture of the text with the words typed for it; `lacks` marks none."""

    image: NoteImage
    alt: str
    lacks: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@trading_role_required
def note_new(request: DeskRequest) -> HttpResponse:
    """`?template=`, `symbol`, `day`, `order`, `trade` begin it; `draft` goes on with one."""
    if request.method == "POST":
        return _save(request, None)
    initial = note_beginnings.of_new(request)
    return _page(request, NoteForm(initial=initial), None)


@require_http_methods(["GET", "HEAD", "POST"])
@trading_role_required
def note_edit(request: DeskRequest, note_id: int) -> HttpResponse:
    """`?draft=1` takes up what was typed and not saved."""
    note = owned_note(request, note_id)
    if request.method == "POST":
        return _save(request, note)
    initial = note_beginnings.of_note(note)
    typed_at = getattr(note, "draft_kept_at", None)
    if typed_at and request.GET.get("draft"):
        draft = reading.draft_of(request.user, note.key)
        initial |= note_beginnings.of_draft(draft) if draft else {}
        typed_at = None
    return _page(request, NoteForm(initial=initial), note, typed_at=typed_at)


def _save(request: DeskRequest, note: Note | None) -> HttpResponse:
    """302 to the note; 422 with the text kept; 409 with both texts."""
    data = request.POST.copy()
    trouble = _take_files(request, data)
    if note is not None:
        data["key"] = str(note.key)
    form = NoteForm(data)
    beside = markdown.references(str(data.get("body", "")))
    images = reading.images(request.user, beside)
    alts = form.alts(images, beside)
    shown = [
        Shown(image=one, alt=alts[str(one.key)], lacks=not alts[str(one.key)])
        for one in images
    ]
    if not form.is_valid() or trouble or any(one.lacks for one in shown):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, form, note, shown=shown, trouble=trouble, status=status)
    try:
        saved = _saved(request, form, alts)
    except Note.DoesNotExist:
        raise Http404 from None
    except writing.StaleNoteError as stale:
        data["version"] = str(stale.current.version)
        status = HTTPStatus.CONFLICT
        theirs = stale.current
        return _page(
            request, NoteForm(data), note, shown=shown, theirs=theirs, status=status
        )
    return HttpResponseRedirect(reverse("note", args=[saved.pk]))


def _saved(request: DeskRequest, form: NoteForm, alts: dict[str, str]) -> Note:
    cleaned = form.cleaned_data
    written = writing.Written(
        title=cleaned["title"],
        body=cleaned["body"],
        tags=cleaned["tags"],
        symbols=cleaned["symbols"],
        day=cleaned["day"],
        orders=note_links.ids(request.POST.getlist("orders")),
        trades=note_links.ids(request.POST.getlist("trades")),
        alts=alts,
    )
    return writing.save(
        request.user,
        cleaned["key"],
        written,
        version=cleaned["version"],
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )


def _take_files(request: DeskRequest, data: QueryDict) -> list[str]:
    """Pictures sent with the form itself, without a script: at the end of the text."""
    trouble = []
    for upload in request.FILES.getlist("pictures"):
        try:
            image = taken(request.user, upload, now=SYSTEM_CLOCK.now())
        except InvalidInputError as error:
            trouble.append(f"{upload.name}: {error.message}")
        else:
            body = str(data.get("body", "")).rstrip()
            data["body"] = f"{body}\n\n{markdown.reference(image.key)}\n".lstrip()
    return trouble


def _page(
    request: DeskRequest,
    form: NoteForm,
    note: Note | None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    shown: Sequence[Shown] | None = None,
    **more: object,
) -> HttpResponse:
    if shown is None:
        beside = markdown.references(str(form["body"].value() or ""))
        images = reading.images(request.user, beside)
        shown = [
            Shown(image=one, alt=one.alt or beside[str(one.key)]) for one in images
        ]
    key = str(form["key"].value() or uuid.uuid4())
    context: dict[str, Any] = {
        "form": form,
        "note": note,
        "shown": shown,
        "storage": f"{request.user.pk}:{key}",
        "tag_names": reading.tags_of(request.user),
        "links": note_links.choices(request, note),
        "unsaved": [] if note or form.is_bound else _unsaved(request, key),
        **more,
    }
    return render(request, "journal/note_edit.html", context, status=status)


def _unsaved(request: DeskRequest, key: str) -> list[Any]:
    """Other notes that were begun and never saved."""
    return [one for one in reading.drafts_of(request.user) if str(one.key) != key]


@require_POST
@trading_role_required
def note_preview(request: DeskRequest) -> HttpResponse:
    """The text as the note will show it."""
    body = str(request.POST.get("body", ""))[:50_000]
    context = {"body": reading.rendered(request.user, body)}
    return render(request, "journal/note_edit.html#preview", context)


@require_POST
@trading_role_required
def note_draft(request: DeskRequest) -> HttpResponse:
    """Keep what is typed; 409 where the note was saved elsewhere meanwhile."""
    form = NoteForm(request.POST)
    form.is_valid()
    key, version = form.cleaned_data.get("key"), form.cleaned_data.get("version")
    if key is None or version is None:
        raise InvalidInputError("This form is not one of the desk's.", field="key")
    now = SYSTEM_CLOCK.now()
    kept = drafts.keep(request.user, key, form.typed(), version=version, now=now)
    status = HTTPStatus.CONFLICT if kept is None else HTTPStatus.OK
    template = "journal/note_edit.html#kept"
    return render(request, template, {"kept": kept}, status=status)


@require_POST
@trading_role_required
def note_draft_forget(request: DeskRequest) -> HttpResponse:
    """What was begun is not wanted; back to the list."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    drafts.forget(request.user, key)
    return HttpResponseRedirect(reverse("notes"))
