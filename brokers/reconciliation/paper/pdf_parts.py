"""The parts of the printed report, each with its words for "nothing here"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
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
    Changes,
    Report,
    RunSection,
    SourceLine,
)
from brokers.reconciliation.sources import Source
from tradedesk.web import formatting


Part = Callable[[Sheet, Report, ZoneInfo], None]
RIGHT = "RIGHT"
_TONES = {BreakSeverity.CRITICAL: BLOCK, BreakSeverity.MAJOR: WARN}
_RESULTS = {RunResult.INCOMPLETE: BLOCK, RunResult.BREAKS: WARN}


def _nothing(sheet: Sheet, text: str) -> None:
    sheet.words(text, colour=SOFT)


def _no_break(sheet: Sheet, report: Report) -> None:
    """No break, or none in what was read: the two must never look alike."""
    whole = report.result is not RunResult.INCOMPLETE
    gap = "None in what could be compared. What was not read is not known."
    _nothing(sheet, "None." if whole else gap)


def _runs(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
    sheet.section("Runs", "when each source was read at the broker, rows compared")
    columns = (
        Column("Account", 30),
        Column("Broker", 30),
        Column("Result", 20),
        Column("Started", 44),
        Column("Took", 12, RIGHT),
        *(Column(words.capitalize(), 28) for words in wording.SOURCES.values()),
        Column("Asked by", 17),
        Column("Run id, version", 72),
    )
    rows = [_run(run, zone) for run in report.runs]
    rows += [_missing(name) for name in report.missing]
    sheet.rows(columns, rows)


def _run(run: RunSection, zone: ZoneInfo) -> list[Cell]:
    told = {line.source: line for line in run.sources}
    asked = run.requested_by or run.trigger.value
    tone = _RESULTS.get(run.result)
    word = run.result.value.upper()
    return [
        Text(f"{run.account}\n{run.mode.upper()}", bold=True),
        run.broker,
        Text(word, tone, bold=True) if tone else word,
        formatting.zoned_datetime(run.started_at, zone),
        wording.took(run.duration),
        *(_source(told.get(source), zone) for source in Source),
        asked,
        Text(f"{run.run_key}\n{run.code_version}", SOFT),
    ]


def _source(line: SourceLine | None, zone: ZoneInfo) -> Cell:
    if line is None or not line.answered or line.as_of is None:
        why = (line.failure if line else "") or "No answer."
        return Text(f"NOT READ\n{why}", BLOCK)
    return f"{formatting.zoned_time(line.as_of, zone)}\n{line.compared} compared"


def _missing(name: str) -> list[Cell]:
    gap = Text("NOT READ", BLOCK)
    none = Text("No run of this day", BLOCK)
    word = Text("INCOMPLETE", BLOCK, bold=True)
    return [Text(name, bold=True), "", word, none, "", gap, gap, gap, gap, "", ""]


def _summary(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
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


def _breaks(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
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


def _auto_resolved(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("Settled by a rule", "nobody decided these: they are always listed")
    if not report.auto_resolved:
        _nothing(sheet, "None.")
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


def _tie_out(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("Cash and result tie-out", "our cash is the sum of its four parts")
    titles = (
        "Opening", "Fills", "Activities", "Adjustments", "Our cash", "Broker's cash",
        "Difference", "Realised", "Broker's equity", "Its day change",
    )  # fmt: skip
    columns = (Column("Account", 34), *(Column(title, 24, RIGHT) for title in titles))
    rows: list[list[Cell]] = []
    for one in report.tie_out:
        off = bool(one.difference) or one.difference is None
        difference = formatting.signed_money(one.difference)
        parts = (one.opening, one.fills, one.activities, one.adjustments)
        rows.append(
            [
                Text(f"{one.account}\n{one.currency}", bold=True),
                *(formatting.money(part) for part in parts),
                Text(formatting.money(one.our_cash), bold=True),
                Text(formatting.money(one.their_cash), bold=True),
                Text(difference, WARN, bold=True) if off else difference,
                formatting.signed_money(one.realised),
                formatting.money(one.their_equity),
                formatting.signed_money(one.their_day_change),
            ]
        )
    sheet.rows(columns, rows)


def _exposure(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
    sheet.section("Overnight: positions without a whole stop, and limits")
    rows: list[list[Cell]] = []
    for bare in report.unprotected:
        held = formatting.quantity(bare.quantity)
        covered = formatting.quantity(bare.protected_quantity)
        value = formatting.money(bare.market_value)
        stop = Text("No stop" if not bare.protected_quantity else "Partly", WARN)
        rows.append([bare.account, f"{bare.symbol}: {covered} of {held} protected",
                     value, "", stop])  # fmt: skip
    for one in report.overnight:
        within: Cell = "" if one.within is None else "Within"
        within = Text("Above", BLOCK) if one.within is False else within
        rows.append([one.account, one.name, _amount(one.exposure, one.unit),
                     _amount(one.limit, one.unit) if one.limit is not None
                     else "no limit", within])  # fmt: skip
    if not rows:
        _nothing(sheet, "Nothing is held over night.")
        return
    columns = (
        Column("Account", 40),
        Column("What", 90),
        Column("Held", 40, RIGHT),
        Column("Limit", 40, RIGHT),
        Column("", 40),
    )
    sheet.rows(columns, rows)


def _amount(value: Decimal | None, unit: str) -> str:
    if unit == "R":
        return formatting.r_multiple(value, signed=False)
    if unit == "%":
        return formatting.percent(value)
    return formatting.money(value, currency=unit)


def _changes(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
    sheet.section("Difference to the run before", "numbers of breaks")
    rows = [
        [
            one.account,
            _before(one, zone),
            _numbers(one.appeared),
            _numbers(one.stayed),
            _numbers(one.gone),
        ]
        for one in report.changes
    ]
    if not rows:
        _nothing(sheet, "There is no run before.")
        return
    columns = (
        Column("Account", 40),
        Column("Run before", 70),
        Column("Appeared", 50),
        Column("Stayed", 50),
        Column("Gone", 50),
    )
    sheet.rows(columns, rows)


def _before(one: Changes, zone: ZoneInfo) -> str:
    if one.previous_at is None or one.previous_result is None:
        return "the first run of this account"
    at = formatting.zoned_datetime(one.previous_at, zone)
    return f"{at}, {one.previous_result.value.upper()}"


def _numbers(ids: Sequence[int]) -> str:
    return ", ".join(str(one) for one in ids) or "none"


def _jobs(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
    sheet.section("Background jobs")
    columns = (Column("Job", 60), Column("State", 40), Column("Last sign of life", 60),
               Column("Note", 120))  # fmt: skip
    sheet.rows(
        columns,
        (
            [
                job.name,
                "Fine" if job.healthy else Text("Not fine", BLOCK, bold=True),
                formatting.zoned_datetime(job.last_at, zone) if job.last_at else "none",
                job.note,
            ]
            for job in report.jobs
        ),
    )


def _sign_off(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
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
    _nothing(sheet, "No resolution waits for a second person.")


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


PARTS: tuple[Part, ...] = (
    _runs,
    _summary,
    _breaks,
    _auto_resolved,
    _sign_off,
    _tie_out,
    _exposure,
    _changes,
    _jobs,
)
