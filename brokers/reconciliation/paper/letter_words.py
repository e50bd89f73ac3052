"""What the two templates of the letter show, as words: filters would take the time zone
of a request.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from brokers.domain.breaks import RunResult
from brokers.reconciliation.paper import wording
from brokers.reconciliation.reports import (
    AutoResolvedLine,
    BreakLine,
    Report,
    RunSection,
)
from tradedesk.web import formatting


BREAKS_SHOWN = 25


def context_of(report: Report, generated_by: str) -> dict[str, Any]:
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
        f"{wording.SOURCES[line.source]} not read: {wording.failure(line.failure)}"
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
