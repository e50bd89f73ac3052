"""Importing statements: the list of imports, and the way in for a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from journal.importing import reading, running, selectors
from journal.importing.forms import LABELS, NEW, UploadForm
from journal.importing.reading import Upload
from journal.models import Fate, ImportState, StatementImport
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


CHIPS = {
    ImportState.STORED: "info",
    ImportState.PREVIEW: "",
    ImportState.FAILED: "block",
    ImportState.UNMAPPED: "warn",
}


@require_http_methods(["GET", "POST"])
@trading_role_required
def imports(request: DeskRequest) -> HttpResponse:
    """GET lists them, newest first; POST takes a file and goes on to its preview."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        statement = _taken(request, form)
        if statement is not None:
            return HttpResponseRedirect(reverse("statement", args=[statement.pk]))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request, "journal/imports.html", _context(request, form), status=status
    )


def _form(request: DeskRequest) -> UploadForm:
    accounts = selectors.accounts_for(request.user)
    by_statement = [one for one in accounts if one.connection.is_by_statement]
    first = (by_statement or accounts)[:1]
    return UploadForm(
        request.POST or None,
        request.FILES or None,
        accounts=accounts,
        initial={"account": str(first[0].pk) if by_statement else NEW},
    )


def _taken(request: DeskRequest, form: UploadForm) -> StatementImport | None:
    """None where the file cannot be taken; the form then says why."""
    file = form.cleaned_data["file"]
    upload = Upload(
        name=file.name,
        content=file.read(),
        account=form.chosen_account,
        new_account=form.cleaned_data["new_account"],
    )
    now = SYSTEM_CLOCK.now()
    try:
        statement = reading.take(upload, owner=request.user, now=now)
    except InvalidInputError as error:
        form.add_error("file", error.message)
        return None
    running.read(statement, actor=actor_of(request), clock=SYSTEM_CLOCK)
    return statement


def _context(request: DeskRequest, form: UploadForm) -> dict[str, Any]:
    after = request.GET.get("after", "")
    page = selectors.import_page(request.user, after)
    return {
        "tabs": tabs("journal", "imports"),
        "form": form,
        "rows": [row_of(one) for one in page.imports],
        "older": page.after,
        "is_first": not after,
        "formats": [label for name, label in LABELS.items() if name != "mapped"],
        "now": SYSTEM_CLOCK.now(),
    }


def row_of(statement: StatementImport) -> dict[str, Any]:
    """An import with the words that the pages show of it."""
    told = statement.counts.get("fates", {})
    return {
        "statement": statement,
        "format": LABELS.get(statement.format, "not known yet"),
        "account": statement.account.name
        if statement.account
        else statement.new_account,
        "chip": CHIPS.get(ImportState(statement.state), ""),
        "new": told.get(Fate.NEW.value, 0),
        "present": told.get(Fate.PRESENT.value, 0),
        "ignored": told.get(Fate.IGNORED.value, 0),
        "refused": told.get(Fate.REFUSED.value, 0),
        "asked": told.get(Fate.QUESTION.value, 0),
    }
