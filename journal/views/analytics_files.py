"""Reports as files. Who takes one away is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from journal.reports import filter_form
from journal.reports.asking import Asked
from journal.reports.breakdown_page import Table
from journal.reports.performance import Performance
from journal.reports.performance_csv import breakdown_csv, performance_csv
from journal.reports.performance_pdf import Header, performance_pdf
from journal.reports.report import Report
from journal.views.analytics import book_for, read
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


@require_GET
def analytics_csv(request: DeskRequest) -> HttpResponse:
    found, report = _asked(request)
    page = Performance(report=report, benchmark="", path="")
    said = filter_form.said(found.wanted, report.book.names)
    return _given(request, performance_csv(page, said=said), "performance", kind=CSV)


@require_GET
def analytics_pdf(request: DeskRequest) -> HttpResponse:
    found, report = _asked(request)
    page = Performance(report=report, benchmark="", path="")
    header = Header(
        owner=request.user.get_full_name(),
        said=filter_form.said(found.wanted, report.book.names),
        built_at=SYSTEM_CLOCK.now(),
    )
    return _given(request, performance_pdf(page, header), "performance", kind=PDF)


@require_GET
def breakdowns_csv(request: DeskRequest) -> HttpResponse:
    found, report = _asked(request)
    table = Table(report=report, dimension=found.dimension)
    name = f"breakdown-{found.dimension.name}"
    return _given(request, breakdown_csv(table), name, kind=CSV)


def _asked(request: DeskRequest) -> tuple[Asked, Report]:
    """A file of something else than was asked for is worse than none: 422."""
    found = read(request)
    if found.unread:
        names = ", ".join(found.unread)
        raise InvalidInputError(f"This filter cannot be read: {names}.")
    return found, book_for(request, found).report(found.wanted, found.unit)


def _given(
    request: DeskRequest, content: bytes, title: str, *, kind: str
) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    name = f"{title}-{now.date().isoformat()}.{'pdf' if kind == PDF else 'csv'}"
    _written_down(request, name, now=now)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@transaction.atomic
def _written_down(request: DeskRequest, name: str, *, now: datetime) -> None:
    record(
        AuditAction.REPORT_EXPORTED,
        actor=actor_of(request),
        subject="user",
        subject_id=request.user.pk,
        payload={"file": name},
        now=now,
    )
