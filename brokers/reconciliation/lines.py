"""The lines of a report: each from a row, with finished words and nothing to look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
)
from brokers.models import Finding
from brokers.models import ReconciliationRun as Run
from brokers.reconciliation.ageing import bucket_of
from brokers.reconciliation.breaks import ACCEPTED
from brokers.reconciliation.calendar import trading_days
from brokers.reconciliation.reports import (
    AutoResolvedLine,
    BreakLine,
)
from tradedesk.accounts.models import User


_MONEY, _PRICE, _UNITS = "money", "money per unit", "units"
UNITS: Mapping[BreakKind, str] = MappingProxyType(
    {
        BreakKind.CASH: _MONEY,
        BreakKind.FEE: _MONEY,
        BreakKind.COST_BASIS: _PRICE,
        BreakKind.STALE_DATA: "",
        BreakKind.NOT_RECONCILED: "",
    }
)
EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        Resolution.TAKEN_IN.value: "This run's own reading brought the news that was "
        "missing; it was booked by the same door as a poll's.",
        Resolution.CLEARED.value: "A run that looked no longer finds it.",
        Resolution.ROUNDING.value: "It lies within the tolerance.",
        ACCEPTED: "A person settled exactly these figures for good.",
    }
)
_SEVERITIES = {severity.value: place for place, severity in enumerate(BreakSeverity)}
_KINDS = {kind.value: place for place, kind in enumerate(BreakKind)}


def email_of(user: User | None) -> str:
    return "" if user is None else user.email


def break_lines(runs: Iterable[Run], findings: Iterable[Finding]) -> list[BreakLine]:
    """Every finding as a line, critical first, then by kind, symbol and account."""
    calendars = {run.pk: trading_days(run.account.connection) for run in runs}
    ordered = sorted(findings, key=_place)
    return [
        _break_line(
            found,
            calendars[found.run_id].between(
                found.break_of.first_seen_day, found.run.trading_day
            ),
        )
        for found in ordered
    ]


def _place(found: Finding) -> tuple[int, int, str, str]:
    row = found.break_of
    return _SEVERITIES[row.severity], _KINDS[row.kind], row.subject, str(found.run_id)


def _break_line(found: Finding, age_days: int) -> BreakLine:
    row = found.break_of
    kind = BreakKind(row.kind)
    return BreakLine(
        break_id=row.pk,
        run_id=found.run_id,
        account=found.run.account.name,
        kind=kind,
        subject=row.subject,
        symbol=row.symbol,
        severity=BreakSeverity(row.severity),
        status=BreakStatus(row.status),
        state=FindingState(found.state),
        ours=dict(found.ours),
        theirs=dict(found.theirs),
        difference=found.difference,
        difference_unit=UNITS.get(kind, _UNITS),
        money=found.money,
        risk_r=row.risk_r,
        first_seen_at=row.first_seen_at,
        first_seen_day=row.first_seen_day,
        age_days=age_days,
        age=bucket_of(age_days),
        assignee=email_of(row.assignee),
        due_day=row.due_day,
        suggested_cause=row.suggested_cause,
        resolution=Resolution(row.resolution) if row.resolution else None,
        resolution_note=row.resolution_note,
        resolved_by=email_of(row.resolved_by),
        verified_by=email_of(row.verified_by),
    )


def auto_resolved_lines(findings: Iterable[Finding]) -> tuple[AutoResolvedLine, ...]:
    return tuple(
        AutoResolvedLine(
            break_id=found.break_of_id,
            account=found.run.account.name,
            kind=BreakKind(found.break_of.kind),
            subject=found.break_of.subject,
            symbol=found.break_of.symbol,
            rule=Resolution(
                found.break_of.resolution if found.rule == ACCEPTED else found.rule
            ),
            explanation=EXPLANATIONS.get(found.rule, ""),
            ours=dict(found.ours),
            theirs=dict(found.theirs),
            difference=found.difference,
            money=found.money,
        )
        for found in sorted(findings, key=_place)
        if found.state == FindingState.AUTO_RESOLVED.value
    )
