"""What the pages of reconciliation show of reports, runs and breaks, as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from brokers.domain.breaks import BreakKind, BreakStatus, Resolution, RunResult
from brokers.models import Break
from brokers.reconciliation.ageing import AgeBucket
from brokers.reconciliation.paper import wording
from brokers.reconciliation.reports import (
    AutoResolvedLine,
    BreakLine,
    Report,
    RunSection,
    SignOffLine,
    SummaryRow,
)
from tradedesk.web import formatting


# Kinds whose sides and difference are money, which a person may wish not to see.
_MONEY = frozenset({BreakKind.CASH, BreakKind.FEE})
_NOTICES = {
    RunResult.CLEAN: "success",
    RunResult.BREAKS: "warning",
    RunResult.INCOMPLETE: "error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One difference in words; money reads as dots for who hides it."""

    kind: str
    about: str
    ours: str
    theirs: str
    difference: str


def words_of(
    kind: BreakKind,
    *,
    about: str,
    sides: tuple[Mapping[str, str], Mapping[str, str]],
    difference: Decimal | None,
    hide_money: bool,
) -> Words:
    hidden = hide_money and kind in _MONEY
    ours, theirs = (
        formatting.HIDDEN if hidden and words else wording.side(words)
        for words in sides
    )
    apart = wording.apart(difference, kind)
    return Words(
        kind=wording.KINDS[kind],
        about=about,
        ours=ours,
        theirs=theirs,
        difference=formatting.HIDDEN if hidden and apart else apart,
    )


def _of_line(line: BreakLine | AutoResolvedLine, *, hide_money: bool) -> Words:
    return words_of(
        line.kind,
        about=line.symbol or line.subject or "cash",
        sides=(line.ours, line.theirs),
        difference=line.difference,
        hide_money=hide_money,
    )


def of_break(broken: Break, *, hide_money: bool) -> Words:
    return words_of(
        BreakKind(broken.kind),
        about=broken.symbol or broken.subject or "cash",
        sides=(broken.ours, broken.theirs),
        difference=broken.difference,
        hide_money=hide_money,
    )


def is_money(broken: Break) -> bool:
    """Whether both sides of it are money, not units or prices."""
    return BreakKind(broken.kind) in _MONEY


def status_words(status: str) -> str:
    return wording.STATUSES[BreakStatus(status)]


def report_context(report: Report, *, hide_money: bool) -> dict[str, Any]:
    """Everything that the template of a report reads."""
    return {
        "report": report,
        "headline": wording.headline(report),
        "notice": _NOTICES.get(report.result, "info"),
        "is_whole": report.result is not RunResult.INCOMPLETE,
        "day": f"{report.trading_day:%A} {report.trading_day.day} "
        f"{report.trading_day:%B %Y}",
        "runs": [_run(run) for run in report.runs],
        "gaps": [gap for run in report.runs for gap in _gaps(run)],
        "breaks": [
            {
                "line": line,
                "words": _of_line(line, hide_money=hide_money),
                "status": wording.STATUSES[line.status],
                "age": wording.aged(line.age_days),
            }
            for line in report.breaks
        ],
        "settled": [
            {
                "line": line,
                "words": _of_line(line, hide_money=hide_money),
                "rule": wording.RESOLUTIONS[line.rule],
            }
            for line in report.auto_resolved
        ],
        "signed": [_signed(line) for line in report.sign_off],
        "buckets": [bucket.value for bucket in AgeBucket],
        "summary": [_summary(row) for row in report.summary],
        "ageing": _ages(report.ageing),
    }


def _run(run: RunSection) -> dict[str, Any]:
    return {
        "section": run,
        "took": wording.took(run.duration),
        "asked": run.requested_by or run.trigger.value,
        "sources": [
            {"label": wording.SOURCES[line.source].capitalize(), "line": line}
            for line in run.sources
        ],
    }


def _gaps(run: RunSection) -> Iterable[dict[str, str]]:
    for line in run.sources:
        if not line.answered:
            yield {
                "account": run.account,
                "source": wording.SOURCES[line.source],
                "why": wording.failure(line.failure),
            }


def _signed(line: SignOffLine) -> dict[str, Any]:
    return {
        "line": line,
        "kind": wording.KINDS[line.kind],
        "resolution": wording.RESOLUTIONS[line.resolution],
    }


def _summary(row: SummaryRow) -> dict[str, Any]:
    return {
        "kind": wording.KINDS[row.kind],
        "account": row.account,
        "ages": _ages(row.by_age),
        "count": row.count,
        "money": row.money,
    }


def _ages(by_age: Mapping[AgeBucket, int]) -> list[int]:
    return [by_age.get(bucket, 0) for bucket in AgeBucket]


def resolution_words(resolution: str) -> str:
    return wording.RESOLUTIONS[Resolution(resolution)] if resolution else ""
