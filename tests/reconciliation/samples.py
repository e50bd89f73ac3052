"""Reports as data: one with breaks, a clean one, an INCOMPLETE one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
    RunResult,
    RunTrigger,
)
from brokers.reconciliation import reports as r
from brokers.reconciliation.ageing import AgeBucket, bucket_of
from brokers.reconciliation.sources import Source


DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 6, 1, 30, 4, tzinfo=UTC)
HEAD = "97674e0f" * 8


def source(name: Source, compared: int = 0, **fields: Any) -> r.SourceLine:
    given = {"as_of": AT, "compared": compared} | fields
    return r.SourceLine(source=name, **given)


def section(account: str = "Practice", **fields: Any) -> r.RunSection:
    given = {
        "run_id": 41,
        "run_key": "5d4f1c52-2f64-4a8e-9d34-0e5d7a6f9b10",
        "account_id": 3,
        "account": account,
        "mode": "practice",
        "broker": "Practice exchange",
        "currency": "USD",
        "trading_day": DAY,
        "trigger": RunTrigger.NIGHTLY,
        "requested_by": "",
        "result": RunResult.BREAKS,
        "started_at": AT,
        "finished_at": AT + timedelta(seconds=1.62),
        "duration": timedelta(seconds=1.62),
        "code_version": "f03eb5e",
        "sources": (
            source(Source.ORDERS, 212),
            source(Source.FILLS, 184),
            source(Source.POSITIONS, 4),
            source(Source.CASH, 1),
        ),
    } | fields
    return r.RunSection(**given)


def line(kind: BreakKind, symbol: str, **fields: Any) -> r.BreakLine:
    age = fields.pop("age_days", 0)
    given = {
        "break_id": 7,
        "run_id": 41,
        "account": "Practice",
        "kind": kind,
        "subject": symbol,
        "symbol": symbol,
        "severity": BreakSeverity.CRITICAL,
        "status": BreakStatus.OPEN,
        "state": FindingState.NEW,
        "ours": {},
        "theirs": {},
        "difference": None,
        "difference_unit": "units",
        "money": None,
        "risk_r": None,
        "first_seen_at": AT - timedelta(days=age),
        "first_seen_day": DAY - timedelta(days=age),
        "age_days": age,
        "age": bucket_of(age),
        "assignee": "",
        "due_day": None,
        "suggested_cause": "",
        "resolution": None,
        "resolution_note": "",
        "resolved_by": "",
        "verified_by": "",
    } | fields
    return r.BreakLine(**given)


def _held(quantity: str, price: str) -> dict[str, str]:
    return {"quantity": quantity, "average_price": price}


def five() -> tuple[r.BreakLine, ...]:
    """The five of the reference vector."""
    return (
        line(
            BreakKind.MISSING_AT_BROKER, "TSLA", break_id=1, ours=_held("-10", "200"),
            difference=Decimal(10), money=Decimal(2000),
            suggested_cause="a transfer, an assignment or a fill that only one side has",
        ),
        line(
            BreakKind.MISSING_LOCALLY, "NVDA", break_id=2, theirs=_held("5", "400"),
            difference=Decimal(5), money=Decimal(2000), state=FindingState.CARRIED,
            age_days=2, assignee="Zo\N{LATIN SMALL LETTER E WITH DIAERESIS} "
            "Wa\N{LATIN SMALL LETTER L WITH STROKE}\N{LATIN SMALL LETTER E WITH OGONEK}sa",
            status=BreakStatus.INVESTIGATING, suggested_cause="a transfer in",
        ),
        line(
            BreakKind.QTY_MISMATCH, "AAPL", break_id=3, ours=_held("100", "150"),
            theirs=_held("90", "150"), difference=Decimal(-10), money=Decimal(-1500),
            risk_r=Decimal("-0.75"),
            suggested_cause="a fill, bust or transfer that only one side has",
        ),
        line(
            BreakKind.CASH, "", break_id=4, severity=BreakSeverity.MAJOR,
            ours={"cash": "10000"}, theirs={"cash": "9987.35"},
            difference=Decimal("-12.65"), money=Decimal("-12.65"),
            suggested_cause="a fee, interest or transfer without an activity",
        ),
        line(
            BreakKind.COST_BASIS, "MSFT", break_id=5, severity=BreakSeverity.MINOR,
            ours=_held("50", "300"), theirs=_held("50", "301.1"),
            difference=Decimal("1.1"), money=Decimal(55), state=FindingState.CARRIED,
            age_days=6, suggested_cause="another cost method, or fees in the price",
        ),
    )  # fmt: skip


def summary(lines: tuple[r.BreakLine, ...]) -> tuple[r.SummaryRow, ...]:
    return tuple(
        r.SummaryRow(
            account=one.account,
            kind=one.kind,
            by_age={bucket: int(bucket is one.age) for bucket in AgeBucket},
            count=1,
            money=abs(one.money or Decimal(0)),
        )
        for one in lines
    )


def _tie_out() -> r.TieOut:
    return r.TieOut(
        account="Practice", currency="USD", our_cash=Decimal(10000),
        their_cash=Decimal("9987.35"), difference=Decimal("-12.65"),
        opening=Decimal(50000), fills=Decimal("-40010.20"),
        activities=Decimal("10.20"), adjustments=Decimal(0), realised=Decimal("312.55"),
        their_equity=Decimal("51300.10"), their_day_change=Decimal("-84.20"),
    )  # fmt: skip


def with_breaks(**fields: Any) -> r.Report:
    lines = five()
    given = {
        "trading_day": DAY,
        "session": "regular, 09:30 to 16:00 New York",
        "revision": 1,
        "owner": "Alice",
        "result": RunResult.BREAKS,
        "built_at": AT + timedelta(seconds=5),
        "code_version": "f03eb5e",
        "chain_head": HEAD,
        "runs": (section(), section("Paper", run_id=42, mode="paper",
                                    broker="Alpaca", result=RunResult.CLEAN)),
        "missing": (),
        "counts": r.Counts(new=3, carried=2, auto_resolved=1, resolved_today=1,
                           critical=3),
        "summary": summary(lines),
        "ageing": {bucket: sum(one.age is bucket for one in lines)
                   for bucket in AgeBucket},
        "money_exposure": Decimal("5567.65"),
        "risk_r_exposure": Decimal("0.75"),
        "breaks": lines,
        "auto_resolved": (_settled(),),
        "unprotected": (_bare(),),
        "overnight": (_overnight(),),
        "tie_out": (_tie_out(),),
        "jobs": _jobs(),
        "sign_off": (_signed(),),
        "changes": (_changes(),),
    } | fields  # fmt: skip
    return r.Report(**given)


def _settled() -> r.AutoResolvedLine:
    return r.AutoResolvedLine(
        break_id=6, account="Practice", kind=BreakKind.UNMATCHED_FILL_THEIRS,
        subject="execution 8812", symbol="ACME", rule=Resolution.TAKEN_IN,
        explanation="The fill was read and booked by this run.", ours={},
        theirs={"quantity": "20", "price": "61.2"}, difference=Decimal(20),
        money=Decimal("1224.00"),
    )  # fmt: skip


def _bare() -> r.Unprotected:
    return r.Unprotected(
        account="Practice", symbol="IRIS", quantity=Decimal(8),
        protected_quantity=Decimal(0), market_value=Decimal("1012.40"),
    )  # fmt: skip


def _overnight() -> r.OvernightLine:
    return r.OvernightLine(
        account="Practice", name="Gross exposure", exposure=Decimal("41200.00"),
        limit=Decimal(100000), unit="USD", within=True,
    )  # fmt: skip


def _jobs() -> tuple[r.JobLine, ...]:
    return (
        r.JobLine(name="Worker", last_at=AT, healthy=True),
        r.JobLine(name="Streams", last_at=AT - timedelta(minutes=9), healthy=False,
                  note="silent for 9 minutes"),
    )  # fmt: skip


def _signed() -> r.SignOffLine:
    return r.SignOffLine(
        break_id=9, account="Practice", kind=BreakKind.FEE, subject="fee 2026-01-02",
        resolution=Resolution.WRITE_OFF, resolved_by="Alice", resolved_at=AT,
        verified_by="", verified_at=None,
    )  # fmt: skip


def _changes() -> r.Changes:
    return r.Changes(
        account="Practice", previous_run_id=40, previous_at=AT - timedelta(days=3),
        previous_result=RunResult.BREAKS, appeared=(1, 3, 4), stayed=(2, 5), gone=(6,),
    )  # fmt: skip


def clean() -> r.Report:
    return with_breaks(
        result=RunResult.CLEAN,
        runs=(section(result=RunResult.CLEAN),),
        counts=r.Counts(
            new=0, carried=0, auto_resolved=0, resolved_today=0, critical=0
        ),
        summary=(),
        ageing=dict.fromkeys(AgeBucket, 0),
        money_exposure=Decimal(0),
        risk_r_exposure=Decimal(0),
        breaks=(),
        auto_resolved=(),
        unprotected=(),
        sign_off=(),
        tie_out=(
            replace(_tie_out(), their_cash=Decimal(10000), difference=Decimal(0)),
        ),
        changes=(),
    )


def incomplete() -> r.Report:
    gap = source(Source.POSITIONS, as_of=None, failure="No answer within 10 s.")
    told = section(result=RunResult.INCOMPLETE)
    return replace(
        clean(),
        result=RunResult.INCOMPLETE,
        runs=(replace(told, sources=(*told.sources[:2], gap, told.sources[3])),),
        missing=("Paper",),
    )
