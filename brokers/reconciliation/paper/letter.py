"""The report as a letter, sent clean or not: a morning without one means a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from brokers.models import ReconciliationReport
from brokers.reconciliation.building import report_of
from brokers.reconciliation.due import due_letters, keep_report
from brokers.reconciliation.paper.letter_words import context_of
from brokers.reconciliation.paper.pdf import file_name, pdf_of
from brokers.reconciliation.paper.spreadsheet import csv_of
from brokers.reconciliation.reports import (
    Report,
)
from tradedesk.notifications.models import Letter
from tradedesk.notifications.services import Enclosure, send_letter


log = structlog.get_logger(__name__)

GENERATOR = "the nightly job"
# A report that was kept and whose letter was not queued, for a crash between the two.
LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...]


def send_due(now: datetime) -> int:
    """Keep the reports that are due and queue a letter for each; how many letters.

    A report is kept first and its letter queued next, so that the head of the audit
    chain is not held while a PDF is set. Who crashes between leaves a report without a
    letter, which the next call queues; the letter's key makes it one.
    """
    for due in due_letters(now):
        with suppress(IntegrityError):  # another call keeps the same revision
            keep_report(due, now)
    return sum(_queue(kept, now) for kept in _without_letter(now))


def _without_letter(now: datetime) -> Iterator[ReconciliationReport]:
    recent = ReconciliationReport.objects.filter(created_at__gte=now - LOOK_BACK)
    for kept in recent.select_related("owner").order_by("created_at", "pk"):
        ending = f":{_key(kept)}"
        sent = Letter.objects.filter(user_id=kept.owner_id, key__endswith=ending)
        if not sent.exists():
            yield kept


def _queue(kept: ReconciliationReport, now: datetime) -> bool:
    written = letter_of(report_of(kept, now), generated_by=GENERATOR)
    with transaction.atomic():
        send_letter(
            kept.owner_id,
            key=_key(kept),
            subject=written.subject,
            text=written.text,
            html=written.html,
            attachments=written.enclosures,
            now=now,
        )
    log.info("report_letter_queued", report=kept.pk, result=kept.result)
    return True


def _key(kept: ReconciliationReport) -> str:
    return f"reconciliation-report:{kept.pk}"


def letter_of(report: Report, *, generated_by: str) -> Written:
    """Text, HTML with inline styles, and the PDF and CSV as enclosures."""
    context = context_of(report, generated_by)
    pdf = pdf_of(report, generated_by=generated_by)
    table = csv_of(report, generated_by=generated_by)
    return Written(
        subject=report.subject,
        text=render_to_string("brokers/mail/report.txt", context),
        html=render_to_string("brokers/mail/report.html", context),
        enclosures=(
            Enclosure(
                name=file_name(report, "pdf"),
                content_type="application/pdf",
                content=pdf,
            ),
            Enclosure(
                name=file_name(report, "csv"), content_type="text/csv", content=table
            ),
        ),
    )
