"""The accounts in print: runs and sources, cash, holdings over night, changes, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from brokers.domain.breaks import RunResult
from brokers.reconciliation.paper import wording
from brokers.reconciliation.paper.pdf_breaks import nothing
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
    Changes,
    Report,
    RunSection,
    SourceLine,
)
from brokers.reconciliation.sources import Source
from tradedesk.web import formatting


RIGHT = "RIGHT"
_RESULTS = {RunResult.INCOMPLETE: BLOCK, RunResult.BREAKS: WARN}


def runs(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
    sheet.section("Runs", "when each source was read at the broker, rows compared")
    columns = (
        Column("Account", 30),
        Column("Broker", 30),
        Column("Result", 27),
        Column("Started", 34),
        Column("Took", 12, RIGHT),
        *(Column(words.capitalize(), 28) for words in wording.SOURCES.values()),
        Column("Asked by", 28),
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
        why = wording.failure(line.failure if line else "")
        return Text(f"NOT READ\n{why}", BLOCK)
    return f"{formatting.zoned_time(line.as_of, zone)}\n{line.compared} compared"


def _missing(name: str) -> list[Cell]:
    gap = Text("NOT READ", BLOCK)
    none = Text("No run of this day", BLOCK)
    word = Text("INCOMPLETE", BLOCK, bold=True)
    return [Text(name, bold=True), "", word, none, "", gap, gap, gap, gap, "", ""]


def tie_out(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
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


def exposure(sheet: Sheet, report: Report, _zone: ZoneInfo) -> None:
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
        nothing(sheet, "Nothing is held over night.")
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


def changes(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
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
        nothing(sheet, "There is no run before.")
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


def jobs(sheet: Sheet, report: Report, zone: ZoneInfo) -> None:
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
