"""Naming the columns of a file that no parser knows; kept for the next such file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from journal.importing import mapping, reading, running
from journal.importing.forms import ColumnsForm
from journal.imports.mapped import Table, table_of
from journal.imports.problems import ImportProblem
from journal.imports.rows import Statement
from journal.models import ImportState, StatementImport
from journal.owned import owned_statement
from journal.sections import tabs
from journal.views.imports import row_of
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


SAMPLED = 5


@require_http_methods(["GET", "POST"])
@trading_role_required
def statement_columns(request: DeskRequest, statement_id: int) -> HttpResponse:
    """The file's columns and first rows; with `try` how they would read, else kept."""
    found = owned_statement(request, statement_id)
    if found.content is None or found.state not in {
        ImportState.UNMAPPED,
        ImportState.PREVIEW,
    }:
        raise StaleStateError("The columns of this file are not asked for any more.")
    content = bytes(found.content)
    try:
        table = table_of(content)
    except ImportProblem as problem:
        return _hopeless(found, str(problem))
    form = ColumnsForm(
        request.POST or None, table=table, initial=_initial(found), auto_id="col_%s"
    )
    valid = request.method == "POST" and form.is_valid()
    if valid and "keep" in request.POST:
        _keep(request, found, form)
        return HttpResponseRedirect(reverse("statement", args=[found.pk]))
    context = _context(found, form, table)
    if valid:
        context |= _tried(content, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/import_columns.html", context, status=status)


def _hopeless(found: StatementImport, why: str) -> HttpResponse:
    found.state, found.problem, found.content = ImportState.FAILED, why[:500], None
    found.save()
    return HttpResponseRedirect(reverse("statement", args=[found.pk]))


def _initial(found: StatementImport) -> dict[str, Any]:
    """As it was mapped before, where it was."""
    if not found.mapping:
        return {}
    return {**found.mapping, **found.mapping["columns"]}


def _context(found: StatementImport, form: ColumnsForm, table: Table) -> dict[str, Any]:
    return {
        "tabs": tabs("journal", "imports"),
        **row_of(found),
        "form": form,
        "table": table,
    }


def _tried(content: bytes, form: ColumnsForm) -> dict[str, Any]:
    try:
        told: Statement = mapping.mapped_statement(content, form.stored())
    except ImportProblem as problem:
        return {"tried": True, "problem": str(problem)}
    return {
        "tried": True,
        "trades": told.trades[:SAMPLED],
        "count": len(told.trades),
        "problems": told.problems[:SAMPLED],
        "problem_count": len(told.problems),
    }


@transaction.atomic
def _keep(request: DeskRequest, found: StatementImport, form: ColumnsForm) -> None:
    stored = form.stored()
    mapping.keep(
        form.table,
        stored,
        owner=request.user,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    found.mapping, found.format = stored, reading.MAPPED
    found.state = ImportState.WAITING
    found.save()
    running.read(found, actor=actor_of(request), clock=SYSTEM_CLOCK)
