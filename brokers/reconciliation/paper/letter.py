"""The report as a letter, sent clean or not: a morning without one means a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from brokers.domain.breaks import RunResult
from brokers.models import ReconciliationReport
from brokers.reconciliation.building import report_of
from brokers.reconciliation.due import due_letters, keep_report
from brokers.reconciliation.paper import wording
from brokers.reconciliation.paper.pdf import file_name, pdf_of
from brokers.reconciliation.paper.spreadsheet import csv_of
from brokers.reconciliation.reports import (
    AutoResolvedLine,
    BreakLine,
    Report,
    RunSection,
)
from tradedesk.notifications.models import Letter
from tradedesk.notifications.services import Enclosure, send_letter
from tradedesk.web import formatting


log = structlog.get_logger(__name__)

GENERATOR = "the nightly job"
# A report that was kept and whose letter was not queued, for a crash between the two.
LOOK_BACK = timedelta(days=3)
BREAKS_SHOWN = 25


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
    context = _context(report, generated_by)
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


# What the two templates show, as words: filters would take the zone of a request.


def _context(report: Report, generated_by: str) -> dict[str, Any]:
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    day = reverse("reconciliation_day", args=[report.trading_day.isoformat()])
    return {
        "report": report,
        "word": report.result.value.upper(),
        "is_loud": report.result is RunResult.INCOMPLETE,
        "day": f"{report.trading_day:%A} {report.trading_day.day} "
        f"{report.trading_day:%B %Y}",
        "headline": wording.headline(report),
        "figures": _figures(report),
        "runs": [_run(run, zone) for run in report.runs],
        "missing": report.missing,
        "breaks": [_break(line) for line in report.breaks[:BREAKS_SHOWN]],
        "more": max(len(report.breaks) - BREAKS_SHOWN, 0),
        "settled": [_settled(line) for line in report.auto_resolved],
        "bare": [
            f"{one.symbol} in {one.account}: {formatting.quantity(one.quantity)}"
            for one in report.unprotected
        ],
        "waiting": sum(1 for one in report.sign_off if one.verified_at is None),
        "jobs": [job for job in report.jobs if not job.healthy],
        "address": settings.DESK_URL,
        "path": day,
        "generated_by": generated_by,
        "built": formatting.zoned_datetime(report.built_at, zone),
        "chain_head": report.chain_head,
    }


def _figures(report: Report) -> list[tuple[str, str]]:
    counts = report.counts
    known = " known" if report.result is RunResult.INCOMPLETE else ""
    return [
        ("Breaks", f"{counts.standing}{known}"),
        ("Critical", str(counts.critical)),
        ("New", str(counts.new)),
        ("Carried", str(counts.carried)),
        ("Settled by a rule", str(counts.auto_resolved)),
        ("Money exposed", f"{formatting.money(report.money_exposure)}{known}"),
    ]


def _run(run: RunSection, zone: ZoneInfo) -> dict[str, Any]:
    gaps = [
        f"{wording.SOURCES[line.source]} not read: {line.failure or 'no answer'}"
        for line in run.sources
        if not line.answered
    ]
    compared = sum(line.compared for line in run.sources)
    read = formatting.zoned_time(run.started_at, zone)
    return {
        "account": run.account,
        "mode": run.mode.upper(),
        "result": run.result.value.upper(),
        "is_loud": run.result is RunResult.INCOMPLETE,
        "about": f"{compared} rows compared at {read}, {wording.took(run.duration)}",
        "gaps": gaps,
    }


def _break(line: BreakLine) -> dict[str, str]:
    money = "" if line.money is None else formatting.signed_money(line.money)
    return {
        "number": str(line.break_id),
        "severity": line.severity.value,
        "kind": wording.KINDS[line.kind],
        "about": line.symbol or line.subject or "cash",
        "account": line.account,
        "ours": wording.side(line.ours),
        "theirs": wording.side(line.theirs),
        "difference": wording.apart(line.difference, line.kind),
        "money": money,
        "age": f"{line.state.value}, first seen {line.first_seen_day}",
        "status": wording.STATUSES[line.status],
        "assignee": line.assignee or "unassigned",
        "cause": line.resolution_note or line.suggested_cause,
    }


def _settled(line: AutoResolvedLine) -> str:
    about = line.symbol or line.subject or "cash"
    return (
        f"{wording.KINDS[line.kind]}, {about} in {line.account}: "
        f"{wording.RESOLUTIONS[line.rule]}. {line.explanation}"
    )
