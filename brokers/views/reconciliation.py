"""Reconciliation: the runs, one run's report, a day's report, and "reconcile now"."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from brokers.domain.breaks import UNSETTLED, BreakStatus, RunResult, RunTrigger
from brokers.models import Account, Break, ReconciliationRun
from brokers.owned import own_accounts, owned_account, seen_run
from brokers.reconciliation.building import report_of_day, report_of_run
from brokers.reconciliation.calendar import due_at, trading_day
from brokers.reconciliation.paper import wording
from brokers.reconciliation.reports import Report
from brokers.reconciliation.selectors import RunLine, breaks_of, run_lines
from brokers.views.reconciliation_rows import report_context
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError
from tradedesk.web.queue import hint


# A worker takes a task within a second; after this the page says that none did.
PATIENCE_SECONDS = 20


@require_GET
def runs(request: DeskRequest) -> HttpResponse:
    """Accounts with their last run, then all runs; `?part=list` is these two."""
    lines, standing = run_lines(request.user), breaks_of(request.user)
    context = {
        "accounts": _accounts(request, lines, standing),
        "runs": [_run_row(line) for line in lines],
        "standing": len(standing),
        "is_reviewer": any(line.run.owner_id != request.user.pk for line in lines),
        "now": SYSTEM_CLOCK.now(),
    }
    template = "brokers/reconciliation/runs.html"
    part = "#list" if request.GET.get("part") == "list" else ""
    return render(request, f"{template}{part}", context)


def _accounts(
    request: DeskRequest, lines: list[RunLine], standing: list[Break]
) -> list[dict[str, Any]]:
    now = SYSTEM_CLOCK.now()
    last: dict[int, RunLine] = {}
    for line in lines:
        last.setdefault(line.run.account_id, line)
    unsettled = Counter(one.account_id for one in standing if _is_unsettled(one))
    return [
        {
            "account": account,
            "last": last.get(account.pk),
            "standing": unsettled[account.pk],
            "due": _next_due(account, last.get(account.pk), now),
        }
        for account in own_accounts(request, request.user)
    ]


def _is_unsettled(broken: Break) -> bool:
    return BreakStatus(broken.status) in UNSETTLED


def _next_due(account: Account, last: RunLine | None, now: datetime) -> datetime | None:
    """Tonight's run, None when it has been or none is wanted."""
    if not account.reconcile_active:
        return None
    due = due_at(account, trading_day(account.connection, now))
    return due if last is None or last.run.started_at < due else None


def _run_row(line: RunLine) -> dict[str, Any]:
    return {"line": line, "run": line.run, "took": wording.took(line.run.duration)}


@require_GET
def run(request: DeskRequest, run_id: int) -> HttpResponse:
    """One run's report; while it goes on, what it is doing."""
    found = seen_run(request, run_id)
    if found.result == RunResult.RUNNING:
        return _wait(request, found.account, found)
    report = report_of_run(found, SYSTEM_CLOCK.now())
    context = {
        "run": found,
        "account": found.account,
        "is_mine": found.owner_id == request.user.pk,
        "files": {
            "pdf": reverse("reconciliation_run_pdf", args=[found.pk]),
            "csv": reverse("reconciliation_run_csv", args=[found.pk]),
        },
        **_report_context(request, report),
    }
    return render(request, "brokers/reconciliation/report.html", context)


@require_GET
def day(request: DeskRequest, day: str) -> HttpResponse:
    """A trading day over all of one's accounts: what the letter of that day says."""
    report = report_of(request, day)
    context = {
        "files": {
            "pdf": reverse("reconciliation_day_pdf", args=[day]),
            "csv": reverse("reconciliation_day_csv", args=[day]),
        },
        **_report_context(request, report),
    }
    return render(request, "brokers/reconciliation/report.html", context)


def report_of(request: DeskRequest, day: str) -> Report:
    """The day's report, or 404 for a day without a run or no day at all."""
    try:
        wanted = date.fromisoformat(day)
        return report_of_day(request.user, wanted, SYSTEM_CLOCK.now())
    except (ValueError, ReconciliationRun.DoesNotExist):
        raise Http404 from None


def _report_context(request: DeskRequest, report: Report) -> dict[str, Any]:
    hide = preferences.of(request.user).hide_money
    return report_context(report, hide_money=hide)


# Asking for a run


@require_POST
@trading_role_required
def reconcile_now(request: DeskRequest, account_id: int) -> HttpResponse:
    """Ask the worker for a run and go to the page that waits for it."""
    account = owned_account(request, account_id)
    if account.connection.is_by_statement:
        raise StaleStateError(
            f"{account.name} is known by its statements alone, and no broker can be "
            "asked. Importing a statement that tells a balance compares it."
        )
    newest = _newest(account)
    person = RunTrigger.PERSON.value
    hint("brokers.tasks.reconcile_account", account.pk, person, request.user.pk)
    query = urlencode(
        {
            "since": newest.pk if newest else 0,
            "at": int(SYSTEM_CLOCK.now().timestamp()),
        }
    )
    url = reverse("reconciliation_asked", args=[account.pk])
    return HttpResponseRedirect(f"{url}?{query}")


def _newest(account: Account) -> ReconciliationRun | None:
    mine = ReconciliationRun.objects.filter(account=account)
    return mine.order_by("-started_at", "-pk").first()


@require_GET
def asked(request: DeskRequest, account_id: int) -> HttpResponse:
    """Waits for the run that was asked for after the run `since`; then leads to it."""
    account = owned_account(request, account_id)
    newest = _newest(account)
    if newest is None or newest.pk <= _number(request, "since"):
        return _wait(request, account, None)
    if newest.result == RunResult.RUNNING:
        return _wait(request, account, newest)
    url = reverse("reconciliation_run", args=[newest.pk])
    if not request.htmx:
        return HttpResponseRedirect(url)
    response = HttpResponse()
    response["HX-Redirect"] = url
    return response


def _number(request: DeskRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def _wait(
    request: DeskRequest, account: Account, running: ReconciliationRun | None
) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    began = _number(request, "at")
    waited = now.timestamp() - began if began else 0
    context = {
        "account": account,
        "running": running,
        "here": request.get_full_path(),
        "is_late": running is None and waited > PATIENCE_SECONDS,
        "now": now,
    }
    template = "brokers/reconciliation/waiting.html"
    part = "#waiting" if request.htmx else ""
    return render(request, f"{template}{part}", context)
