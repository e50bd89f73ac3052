"""One import: the fate of every row, what is asked, and the steps from there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from journal.importing import fates, progress, reading, running, selectors, undoing
from journal.importing.storing import RowsRefusedError
from journal.models import Fate, ImportState, StatementImport
from journal.owned import owned_statement
from journal.sections import tabs
from journal.views.imports import row_of
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


FATES = (
    ("", "All"),
    (Fate.NEW.value, "New"),
    (Fate.PRESENT.value, "Already there"),
    (Fate.QUESTION.value, "Asked about"),
    (Fate.IGNORED.value, "Left out"),
    (Fate.REFUSED.value, "Cannot be read"),
)
CHIPS = {
    Fate.NEW: "info",
    Fate.PRESENT: "",
    Fate.QUESTION: "warn",
    Fate.IGNORED: "",
    Fate.REFUSED: "block",
}
_HAS_ROWS = {ImportState.PREVIEW, ImportState.STORING, ImportState.STORED}


@require_GET
def statement(request: DeskRequest, statement_id: int) -> HttpResponse:
    """The page of an import; `?part=wait` says how far it is, and asks the page to load
    again once it is through.
    """
    found = owned_statement(request, statement_id)
    if request.GET.get("part") == "wait":
        return _wait(request, found)
    if found.state == ImportState.UNMAPPED:
        return HttpResponseRedirect(reverse("statement_columns", args=[found.pk]))
    return render(request, "journal/import_one.html", _context(request, found))


def _wait(request: DeskRequest, found: StatementImport) -> HttpResponse:
    context = {"statement": found, **_progress(found)}
    response = render(request, "journal/import_one.html#wait", context)
    if not found.is_busy:
        response["HX-Refresh"] = "true"
    return response


def _progress(found: StatementImport) -> dict[str, Any]:
    told = progress.told(found.pk) if found.is_busy else None
    if told is None or not told[1]:
        return {"done": None, "share": None}
    return {"done": told[0], "of": told[1], "share": Decimal(100 * told[0]) / told[1]}


def _context(request: DeskRequest, found: StatementImport) -> dict[str, Any]:
    fate, after = request.GET.get("fate", ""), request.GET.get("after", "")
    shows_rows = found.state in _HAS_ROWS
    page = selectors.row_page(found, fate, after) if shows_rows else None
    told = found.counts.get("fates", {})
    return {
        "tabs": tabs("journal", "imports"),
        **row_of(found),
        **_progress(found),
        "facts": found.facts,
        "questions": selectors.questions(found) if _asks(found) else [],
        "breaks": selectors.breaks_of(found)
        if found.state == ImportState.STORED
        else [],
        "page": page,
        "rows": [{"row": row, "chip": CHIPS[Fate(row.fate)]} for row in page.rows]
        if page
        else [],
        "fate": fate if fate in Fate.values else "",
        "fates": [
            {
                "value": value,
                "label": label,
                "count": told.get(value, 0) if value else found.total,
            }
            for value, label in FATES
        ],
        "is_first": not after,
        "now": SYSTEM_CLOCK.now(),
    }


def _asks(found: StatementImport) -> bool:
    return found.state == ImportState.PREVIEW


# Steps


@require_POST
@trading_role_required
def statement_answer(request: DeskRequest, statement_id: int) -> HttpResponse:
    """Keep or leave out single rows; or leave out all that cannot be read."""
    found = _preview(request, statement_id)
    answers = {
        name.removeprefix("row-"): value
        for name, value in request.POST.items()
        if name.startswith("row-") and value in {fates.KEEP, fates.LEAVE}
    }
    if request.POST.get("refused") == fates.LEAVE:
        lines = found.rows.filter(fate=Fate.REFUSED).values_list("line", flat=True)
        answers |= dict.fromkeys(map(str, lines), fates.LEAVE)
    named = request.POST.get("named_account", "")
    if named not in found.facts.get("accounts", []):
        named = ""
    reading.answer(found, answers, named_account=named)
    return _back(found)


@require_POST
@trading_role_required
def statement_store(request: DeskRequest, statement_id: int) -> HttpResponse:
    found = _preview(request, statement_id)
    try:
        running.store(
            found, user=request.user, actor=actor_of(request), clock=SYSTEM_CLOCK
        )
    except RowsRefusedError as error:
        messages.error(request, error.message)
        return _back(found)
    found.refresh_from_db()
    if found.state == ImportState.STORED:
        messages.success(request, f"{found.file_name} is in the account's book.")
    return _back(found)


@require_POST
@trading_role_required
def statement_undo(request: DeskRequest, statement_id: int) -> HttpResponse:
    found = owned_statement(request, statement_id)
    removed = running.undo(
        found, user=request.user, actor=actor_of(request), clock=SYSTEM_CLOCK
    )
    what = f"{removed} entr{'ies' if removed != 1 else 'y'} taken out"
    messages.success(request, f"{found.file_name}: {what} of the book again.")
    return HttpResponseRedirect(reverse("imports"))


@require_POST
@trading_role_required
def statement_discard(request: DeskRequest, statement_id: int) -> HttpResponse:
    found = owned_statement(request, statement_id)
    undoing.discard(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.info(request, f"{found.file_name} is forgotten; nothing was stored.")
    return HttpResponseRedirect(reverse("imports"))


def _preview(request: DeskRequest, statement_id: int) -> StatementImport:
    found = owned_statement(request, statement_id)
    if found.state != ImportState.PREVIEW:
        raise StaleStateError("This statement is no preview any more. Look again.")
    return found


def _back(found: StatementImport) -> HttpResponse:
    return HttpResponseRedirect(reverse("statement", args=[found.pk]))
