"""What a form of a note begins with."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import Http404

from journal.models import Note, NoteDraft
from journal.notes import labels, reading, seeds
from journal.routine.days import exchange_day
from journal.views import note_links
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK


def of_note(note: Note) -> dict[str, Any]:
    """Labels that stand in the text are not repeated in the fields."""
    typed = set(labels.labels(tags=(), symbols=(), text=f"{note.title}\n{note.body}"))
    own = [label for label in note.labels if label not in typed]
    return {
        "key": note.key,
        "version": note.version,
        "title": note.title,
        "body": note.body,
        "day": note.day,
        "tags": ", ".join(one[1:] for one in own if one.startswith("#")),
        "symbols": ", ".join(one[1:] for one in own if one.startswith("$")),
    }


def of_draft(draft: NoteDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "body": draft.body,
        "tags": draft.tags,
        "symbols": draft.symbols,
        "day": draft.day,
    }


def of_new(request: DeskRequest) -> dict[str, Any]:
    """From the address; 404 for a draft, template or link that is not one's own."""
    if given := request.GET.get("draft"):
        draft = reading.draft_of(request.user, _key(given))
        if draft is None:
            raise Http404
        return {"key": draft.key, "version": draft.version, **of_draft(draft)}
    symbol = _symbol(request)
    day = _day(request.GET.get("day", ""))
    title, body = _template(request)
    named = {"day": f"{day:%-d %B %Y}", "symbol": symbol}
    return {
        "key": uuid.uuid4(),
        "version": 0,
        "title": seeds.filled(title, **named).strip().rstrip(":"),
        "body": seeds.filled(body, **named) if body else "",
        "symbols": symbol,
        "day": day,
    }


def _key(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Http404 from None


def _symbol(request: DeskRequest) -> str:
    """Of the address, else of what the note is linked to."""
    given = request.GET.get("symbol", "")
    try:
        return labels.symbol(given) if given else note_links.symbol(request)
    except labels.UnusableLabelError:
        return ""


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return exchange_day(SYSTEM_CLOCK.now())


def _template(request: DeskRequest) -> tuple[str, str]:
    """Title and text: of a seed by its name, of one's own template by its number."""
    given = request.GET.get("template", "")
    if seed := seeds.seed(given):
        return seed.title, seed.body
    for own in reading.templates_of(request.user) if given.isdecimal() else []:
        if str(own.pk) == given:
            return own.title, own.body
    return "", ""
