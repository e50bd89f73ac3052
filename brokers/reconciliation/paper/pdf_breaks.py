"""What disagrees, in print: by kind and age, each break, what rules settled, sign-off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from brokers.domain.breaks import BreakSeverity, RunResult
from brokers.reconciliation.ageing import AgeBucket
from brokers.reconciliation.paper import wording
from brokers.reconciliation.paper.sheet import (
    BLOCK,
    SOFT,
    WARN,
    Cell,
    Column,
    Sheet,
    Text,
)
from brokers.reconciliation.reports import (
    BreakLine,
    Report,
)
from tradedesk.web import formatting


RIGHT = "RIGHT"
_TONES = {BreakSeverity.CRITICAL: BLOCK, BreakSeverity.MAJOR: WARN}


def nothing(sheet: Sheet, text: str) -> None:
    sheet.words(text, colour=SOFT)


def _no_break(sheet: Sheet, report: Report) -> None:
    """No break, or none in what was read: the two must never look alike."""
    whole = report.result is not RunResult.INCOMPLETE
    gap = "None in what could be compared. What was not read is not known."
    nothing(sheet, "None." if whole else gap)


def summary(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("By kind, account and age", "age in trading days")
    if not report.summary:
        _no_break(sheet, report)
        return
    columns = (
        Column("Kind", 60),
        Column("Account", 50),
        *(Column(bucket.value, 20, RIGHT) for bucket in AgeBucket),
        Column("Breaks", 22, RIGHT),
        Column("Money", 34, RIGHT),
    )
    rows: list[Sequence[Cell]] = [
        [
            wording.KINDS[row.kind],
            row.account,
            *(str(row.by_age.get(bucket) or "") for bucket in AgeBucket),
            str(row.count),
            formatting.money(row.money),
        ]
        for row in report.summary
    ]
    ages = [str(report.ageing.get(bucket, 0)) for bucket in AgeBucket]
    total = formatting.money(report.money_exposure)
    foot = ["All", "", *ages, str(report.counts.standing), total]
    sheet.rows(columns, [*rows, [Text(text, bold=True) for text in foot]])


def breaks(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("Breaks", "critical first; difference is the broker's less ours")
    if not report.breaks:
        _no_break(sheet, report)
        return
    columns = (
        Column("No.", 10),
        Column("Kind", 34),
        Column("Account", 22),
        Column("About", 24),
        Column("Ours", 30),
        Column("Theirs", 30),
        Column("Difference", 23, RIGHT),
        Column("Money", 23, RIGHT),
        Column("R", 13, RIGHT),
        Column("First seen", 22),
        Column("State", 26),
        Column("Suggested cause, note", 52),
    )
    sheet.rows(columns, (_break(line) for line in report.breaks))


def _break(line: BreakLine) -> list[Cell]:
    tone = _TONES.get(line.severity, SOFT)
    who = f"\n{line.assignee}" if line.assignee else "\nunassigned"
    risk = formatting.r_multiple(line.risk_r) if line.risk_r is not None else ""
    money = formatting.signed_money(line.money) if line.money is not None else ""
    return [
        str(line.break_id),
        Text(f"{wording.KINDS[line.kind]}\n{line.severity.value}", tone, bold=True),
        line.account,
        Text(line.symbol or line.subject or "cash", bold=True),
        wording.side(line.ours),
        wording.side(line.theirs),
        wording.apart(line.difference, line.kind),
        money,
        risk,
        f"{line.first_seen_day}\n{line.state.value}, {wording.aged(line.age_days)}",
        f"{wording.STATUSES[line.status]}{who}",
        line.resolution_note or line.suggested_cause,
    ]


def auto_resolved(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("Settled by a rule", "nobody decided these: they are always listed")
    if not report.auto_resolved:
        nothing(sheet, "None.")
        return
    columns = (
        Column("No.", 10),
        Column("Rule", 40),
        Column("Kind", 40),
        Column("Account", 26),
        Column("About", 40),
        Column("Ours", 36),
        Column("Theirs", 36),
        Column("What happened", 80),
    )
    rows = [
        [
            str(line.break_id),
            wording.RESOLUTIONS[line.rule],
            wording.KINDS[line.kind],
            line.account,
            line.symbol or line.subject,
            wording.side(line.ours),
            wording.side(line.theirs),
            line.explanation,
        ]
        for line in report.auto_resolved
    ]
    sheet.rows(columns, rows)


def sign_off(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
    sheet.section("Sign-off", "a second person stands for each resolution")
    columns = (
        Column("No.", 10),
        Column("Break", 80),
        Column("Account", 34),
        Column("Resolution", 50),
        Column("Resolved by", 60),
        Column("Verified by", 60),
    )
    rows = list(_signed(report, zone))
    if rows:
        sheet.rows(columns, rows)
        return
    nothing(sheet, "No resolution waits for a second person.")


def _signed(report: Report, zone: ZoneInfo) -> Iterator[list[Cell]]:
    for one in report.sign_off:
        resolved = formatting.zoned_datetime(one.resolved_at, zone)
        verified: Cell = Text("waits for a second person", WARN)
        if one.verified_at is not None:
            at = formatting.zoned_datetime(one.verified_at, zone)
            verified = f"{one.verified_by}\n{at}"
        yield [
            str(one.break_id),
            f"{wording.KINDS[one.kind]}\n{one.subject}",
            one.account,
            wording.RESOLUTIONS[one.resolution],
            f"{one.resolved_by}\n{resolved}",
            verified,
        ]
