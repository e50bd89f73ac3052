"""What a finished run leaves: its own row, a notice, a stricter state, audit entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from brokers.domain.breaks import BreakKind, BreakSeverity, RunResult
from brokers.models import Account, Break, ReconciliationRun
from brokers.reconciliation import figures
from brokers.reconciliation.breaks import Compared, Settled
from brokers.reconciliation.differences import UNKNOWING
from brokers.reconciliation.ours import BothSides
from brokers.reconciliation.sources import Source
from brokers.reconciliation.theirs import Reading
from risk.facts import Scope, TradingState
from risk.services import set_trading_state, trading_states
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system
from tradedesk.notifications.services import NoticeKind, Severity, notify
from tradedesk.web import events


ACTOR = system("reconciliation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All that a run saw, before any of it is written down."""

    reading: Reading
    both: BothSides
    compared: Compared


def page_of(run: ReconciliationRun) -> str:
    """The path of the run's page."""
    return f"/reconciliation/runs/{run.pk}/"


def publish(run: ReconciliationRun) -> None:
    """Open pages fetch what they show of this run."""
    told = {"account": str(run.account_id), "reconciliation": str(run.key)}
    events.publish(run.owner_id, "account", told)


# The row


def write_down(
    run: ReconciliationRun, looked: Looked, settled: Settled, *, now: datetime
) -> None:
    reading = looked.reading
    run.result = _result(reading, settled).value
    run.finished_at = now
    run.orders_as_of = reading.as_of.get(Source.ORDERS)
    run.fills_as_of = reading.as_of.get(Source.FILLS)
    run.positions_as_of = reading.as_of.get(Source.POSITIONS)
    run.cash_as_of = reading.as_of.get(Source.CASH)
    said = {**reading.stale, **reading.failures}
    run.failures = {source.value: words for source, words in said.items()}
    run.compared = figures.compared(looked.both)
    run.figures = figures.totals(run, looked.reading, looked.both)
    run.save()
    publish(run)


def _result(reading: Reading, settled: Settled) -> RunResult:
    if not reading.is_complete:
        return RunResult.INCOMPLETE
    return RunResult.BREAKS if settled.standing else RunResult.CLEAN


# Telling


def tell(run: ReconciliationRun, settled: Settled, now: datetime) -> None:
    """A notice to the account's owner; a clean run is told by its letter alone."""
    if run.result == RunResult.CLEAN.value:
        return
    severity, title = _headline(run, settled)
    notify(
        run.owner_id,
        kind=NoticeKind.RECONCILIATION,
        severity=severity,
        title=title,
        body=_body(run, settled),
        url=page_of(run),
        key=f"reconciliation:{run.account_id}",
        now=now,
    )


def _headline(run: ReconciliationRun, settled: Settled) -> tuple[Severity, str]:
    name = run.account.name
    known = [one for one in settled.standing if BreakKind(one.kind) not in UNKNOWING]
    if run.result == RunResult.INCOMPLETE.value and not known:
        return Severity.WARNING, f"{name} was not reconciled"
    count = f"{len(known)} break{'' if len(known) == 1 else 's'}"
    if _critical(settled.new + settled.reopened):
        return Severity.CRITICAL, f"{name}: {count}, a new one critical"
    new = len(settled.new) + len(settled.reopened)
    severity = Severity.WARNING if new else Severity.INFO
    return severity, f"{name}: {count}, {new} new"


def _body(run: ReconciliationRun, settled: Settled) -> str:
    lines = [
        f"{one.get_kind_display()} {one.symbol or one.subject}".strip()
        for one in settled.standing
    ]
    lines += [f"{source}: {words}" for source, words in run.failures.items()]
    return "; ".join(lines)


def _critical(rows: Iterable[Break]) -> list[Break]:
    """Critical breaks of the book itself, not of a broker that cannot be asked."""
    return [
        one
        for one in rows
        if one.severity == BreakSeverity.CRITICAL.value
        and BreakKind(one.kind) not in UNKNOWING
    ]


# A stricter state


def reduce(run: ReconciliationRun, settled: Settled, now: datetime) -> None:
    """REDUCING where the account asks for it and a critical break is new; a stricter
    state stays.
    """
    account = Account.objects.get(pk=run.account_id)
    found = _critical(settled.new + settled.reopened)
    if not account.reduce_on_critical_break or not found:
        return
    states = trading_states(user_id=account.owner_id, account_id=account.pk)
    before = states.account or TradingState.ACTIVE
    if before.severity >= TradingState.REDUCING.severity:
        return
    subjects = ", ".join(one.symbol or one.subject for one in found)
    set_trading_state(
        scope=Scope.ACCOUNT,
        scope_id=account.pk,
        state=TradingState.REDUCING,
        actor=ACTOR,
        reason=f"Reconciliation found critical breaks: {subjects}"[:200],
        now=now,
    )


# The audit log


def record_all(run: ReconciliationRun, settled: Settled, now: datetime) -> None:
    for one in settled.new + settled.reopened:
        record(
            AuditAction.BREAK_FOUND,
            actor=ACTOR,
            subject="break",
            subject_id=one.pk,
            payload={
                "run": run.pk,
                "kind": one.kind,
                "subject": one.subject,
                "severity": one.severity,
                "ours": one.ours,
                "theirs": one.theirs,
            },
            now=now,
        )
    record(
        AuditAction.RECONCILIATION_FINISHED,
        actor=ACTOR,
        subject="account",
        subject_id=run.account_id,
        payload={
            "run": run.pk,
            "result": run.result,
            "new": [one.pk for one in settled.new],
            "carried": [one.pk for one in settled.carried],
            "auto_resolved": [one.pk for one in settled.auto_resolved],
            "failures": run.failures,
        },
        now=now,
    )
