"""A report as a file. Who takes one away is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from brokers.owned import seen_run
from brokers.reconciliation.building import report_of_run
from brokers.reconciliation.paper.pdf import file_name, pdf_of
from brokers.reconciliation.paper.spreadsheet import csv_of
from brokers.reconciliation.reports import Report
from brokers.views.reconciliation import report_of
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.clock import SYSTEM_CLOCK


PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


@require_GET
def run_pdf(request: DeskRequest, run_id: int) -> HttpResponse:
    return _pdf(request, _of_run(request, run_id), subject_id=run_id)


@require_GET
def run_csv(request: DeskRequest, run_id: int) -> HttpResponse:
    return _csv(request, _of_run(request, run_id), subject_id=run_id)


@require_GET
def day_pdf(request: DeskRequest, day: str) -> HttpResponse:
    return _pdf(request, report_of(request, day), subject_id=day)


@require_GET
def day_csv(request: DeskRequest, day: str) -> HttpResponse:
    return _csv(request, report_of(request, day), subject_id=day)


def _of_run(request: DeskRequest, run_id: int) -> Report:
    return report_of_run(seen_run(request, run_id), SYSTEM_CLOCK.now())


def _pdf(
    request: DeskRequest, report: Report, *, subject_id: int | str
) -> HttpResponse:
    content = pdf_of(report, generated_by=request.user.get_full_name())
    return _given(request, report, content, kind=PDF, subject_id=subject_id)


def _csv(
    request: DeskRequest, report: Report, *, subject_id: int | str
) -> HttpResponse:
    content = csv_of(report, generated_by=request.user.get_full_name())
    return _given(request, report, content, kind=CSV, subject_id=subject_id)


def _given(
    request: DeskRequest,
    report: Report,
    content: bytes,
    *,
    kind: str,
    subject_id: int | str,
) -> HttpResponse:
    ending = "pdf" if kind == PDF else "csv"
    name = file_name(report, ending)
    _written_down(request, name, subject_id=subject_id, now=SYSTEM_CLOCK.now())
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@transaction.atomic
def _written_down(
    request: DeskRequest, name: str, *, subject_id: int | str, now: datetime
) -> None:
    record(
        AuditAction.REPORT_EXPORTED,
        actor=actor_of(request),
        subject="reconciliationrun",
        subject_id=subject_id,
        payload={"file": name},
        now=now,
    )
