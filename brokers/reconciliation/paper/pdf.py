"""The report as PDF (ADR 0015): selectable text, the same parts as the page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.domain.breaks import RunResult
from brokers.reconciliation.paper import pdf_accounts, pdf_breaks, wording
from brokers.reconciliation.paper.sheet import (
    BLOCK,
    INK,
    MARGIN,
    SOFT,
    WARN,
    Sheet,
    Text,
)
from brokers.reconciliation.reports import Report
from tradedesk.web import formatting


TITLE = "Reconciliation report"
PARTS = (
    pdf_accounts.runs,
    pdf_breaks.summary,
    pdf_breaks.breaks,
    pdf_breaks.auto_resolved,
    pdf_breaks.sign_off,
    pdf_accounts.tie_out,
    pdf_accounts.exposure,
    pdf_accounts.changes,
    pdf_accounts.jobs,
)


def pdf_of(report: Report, *, generated_by: str) -> bytes:
    """A4 landscape; times are the exchange's, and name their zone."""
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    sheet = Sheet(
        title=f"{TITLE} {report.trading_day}: {report.result.value.upper()}",
        foot=_foot(report, generated_by, zone),
        author=generated_by,
        at=report.built_at,
    )
    sheet.set_subject(sheet.plain(report.subject))
    _head(sheet, report)
    _figures(sheet, report)
    for part in PARTS:
        part(sheet, report, zone)
    return bytes(sheet.output())


def _foot(report: Report, generated_by: str, zone: ZoneInfo) -> str:
    at = formatting.zoned_datetime(report.built_at, zone)
    return (
        f"Generated {at} by {generated_by}, TradeDesk {report.code_version}.  "
        f"Audit chain head {report.chain_head}"
    )


def _head(sheet: Sheet, report: Report) -> None:
    colours = {RunResult.INCOMPLETE: BLOCK, RunResult.BREAKS: WARN}
    colour = colours.get(report.result, INK)
    hollow = report.result is not RunResult.INCOMPLETE
    sheet.stamp(report.result.value.upper(), colour, hollow=hollow)
    sheet.set_xy(MARGIN, MARGIN)
    sheet.words(f"{TITLE}, {_day(report)}", size=15, bold=True)
    sheet.ln(0.6)
    sheet.words(_about(report), colour=SOFT)
    sheet.ln(2.4)
    sheet.words(wording.headline(report), size=10.5, bold=True, colour=colour)
    sheet.ln(3)


def _day(report: Report) -> str:
    day = report.trading_day
    return f"{day:%A} {day.day} {day:%B %Y}"


def _about(report: Report) -> str:
    names = [run.account for run in report.runs] + list(report.missing)
    parts = [
        f"Session: {report.session}" if report.session else "",
        f"{wording.counted(len(names), 'account')}: {wording.listed(names)}"
        if names
        else "",
        f"for {report.owner}",
        f"revision {report.revision}" if report.revision > 1 else "",
    ]
    return "  \N{MIDDLE DOT}  ".join(part for part in parts if part)


def _figures(sheet: Sheet, report: Report) -> None:
    counts = report.counts
    critical = Text(str(counts.critical), BLOCK) if counts.critical else "0"
    risk = report.risk_r_exposure
    money = formatting.money(report.money_exposure)
    whole = report.result is not RunResult.INCOMPLETE
    sheet.figures(
        [
            ("Standing breaks", _known(report, str(counts.standing))),
            ("of them critical", critical),
            ("New", str(counts.new)),
            ("Carried", str(counts.carried)),
            ("Settled by a rule", str(counts.auto_resolved)),
            ("Resolved today", str(counts.resolved_today)),
            (f"Money exposed{'' if whole else ', known'}", money),
            ("Risk exposed", formatting.r_multiple(risk, signed=False)),
        ]
    )


def _known(report: Report, text: str) -> Text:
    """A figure that is not the whole truth says so: never a plain 0."""
    whole = report.result is not RunResult.INCOMPLETE
    return Text(text) if whole else Text(f"{text} known", BLOCK)


def file_name(report: Report, ending: str) -> str:
    """As in "reconciliation-2026-01-05-BREAKS.pdf"; a later revision has its number."""
    revision = f"-r{report.revision}" if report.revision > 1 else ""
    day, result = report.trading_day, report.result.value.upper()
    return f"reconciliation-{day}-{result}{revision}.{ending}"
