"""Building reports from runs: read once, in a number of queries that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
    RunResult,
)
from brokers.models import Account, Break, Finding, ReconciliationReport
from brokers.models import ReconciliationRun as Run
from brokers.reconciliation import around, lines, sections
from brokers.reconciliation.ageing import AgeBucket
from brokers.reconciliation.reports import (
    BreakLine,
    Changes,
    Counts,
    Report,
    SignOffLine,
    SummaryRow,
)
from brokers.reconciliation.version import code_version
from tradedesk.accounts.models import User
from tradedesk.audit import selectors as audit


_WORST = (RunResult.INCOMPLETE, RunResult.BREAKS, RunResult.CLEAN)
_FINISHED = [result.value for result in _WORST]
_RELATED = ("account__connection", "owner", "requested_by", "previous")


def report_of_run(run: Run, now: datetime) -> Report:
    """The report of one run by itself."""
    found = Run.objects.select_related(*_RELATED).get(pk=run.pk)
    return _build(_Asked(owner=found.owner, day=found.trading_day, runs=[found]), now)


def report_of_day(owner: User, day: date, now: datetime) -> Report:
    """A person's whole day: the newest finished run of each account, and who is missing.

    Raises:
        ReconciliationRun.DoesNotExist: no account has a run of that day.
    """
    runs = newest_runs(owner.pk, day)
    if not runs:
        raise Run.DoesNotExist(f"No run of {day}.")
    missing = missing_accounts(owner.pk, runs)
    return _build(_Asked(owner=owner, day=day, runs=runs, missing=missing), now)


def report_of(kept: ReconciliationReport, now: datetime) -> Report:
    """The report that a letter was made from, with its revision and missing accounts."""
    runs = kept.runs.select_related(*_RELATED).order_by("account__name", "pk")
    return _build(
        _Asked(
            owner=kept.owner,
            day=kept.trading_day,
            runs=list(runs),
            missing=tuple(kept.missing),
            revision=kept.revision,
        ),
        now,
    )


def newest_runs(owner_id: int, day: date) -> list[Run]:
    """The newest finished run of each account on a trading day, by account name."""
    runs = Run.objects.filter(owner=owner_id, trading_day=day, result__in=_FINISHED)
    newest: dict[int, Run] = {}
    for run in runs.select_related(*_RELATED).order_by("started_at", "pk"):
        newest[run.account_id] = run
    return sorted(newest.values(), key=lambda one: (one.account.name, one.pk))


def missing_accounts(owner_id: int, runs: Iterable[Run]) -> tuple[str, ...]:
    """The accounts that should have a run and have none of these."""
    expected = Account.objects.filter(
        owner=owner_id, reconcile_active=True, opened_at__isnull=False
    ).exclude(pk__in=[run.account_id for run in runs])
    return tuple(expected.order_by("name").values_list("name", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    owner: User
    day: date
    runs: Sequence[Run]
    missing: tuple[str, ...] = ()
    revision: int = 1


def _build(asked: _Asked, now: datetime) -> Report:
    runs = asked.runs
    venue = runs[0].account.connection if runs else None
    findings = _findings(runs)
    breaks = lines.break_lines(runs, findings)
    standing = [one for one in breaks if one.state is not FindingState.AUTO_RESOLVED]
    accounts = [run.account for run in runs]
    money = sum((abs(one.money) for one in standing if one.money), Decimal(0))
    return Report(
        trading_day=asked.day,
        session=around.session_of(venue, asked.day),
        revision=asked.revision,
        owner=asked.owner.get_full_name(),
        result=result_of(runs, asked.missing),
        built_at=now,
        code_version=code_version(),
        chain_head=audit.head().digest,
        runs=tuple(sections.section(run) for run in runs),
        missing=asked.missing,
        counts=_counts(asked, breaks, standing),
        summary=_summary(standing),
        ageing=_ageing(standing),
        money_exposure=money,
        risk_r_exposure=_in_r(standing),
        breaks=tuple(standing),
        auto_resolved=lines.auto_resolved_lines(findings),
        unprotected=around.unprotected(asked.owner, accounts),
        overnight=around.overnight(asked.owner, accounts, now),
        tie_out=tuple(sections.tie_out(run) for run in runs),
        jobs=around.jobs(accounts, now),
        sign_off=_sign_off(runs),
        changes=tuple(_changes(run) for run in runs),
    )


def _findings(runs: Iterable[Run]) -> list[Finding]:
    found = Finding.objects.filter(run__in=[run.pk for run in runs]).select_related(
        "run__account__connection",
        "break_of__assignee",
        "break_of__resolved_by",
        "break_of__verified_by",
    )
    return list(found.order_by("pk"))


def result_of(runs: Iterable[Run], missing: Sequence[str]) -> RunResult:
    """The worst of the runs'; an account without a run leaves the day INCOMPLETE."""
    results = {RunResult(run.result) for run in runs}
    if missing or not results:
        return RunResult.INCOMPLETE
    return next((one for one in _WORST if one in results), RunResult.RUNNING)


def _counts(
    asked: _Asked, breaks: Sequence[BreakLine], standing: Sequence[BreakLine]
) -> Counts:
    states = Counter(one.state for one in breaks)
    return Counts(
        new=states[FindingState.NEW],
        carried=states[FindingState.CARRIED],
        auto_resolved=states[FindingState.AUTO_RESOLVED],
        resolved_today=_resolved_on(asked),
        critical=sum(one.severity is BreakSeverity.CRITICAL for one in standing),
    )


def _resolved_on(asked: _Asked) -> int:
    """By people, since the day's runs looked at the account before."""
    before = [run.previous.started_at for run in asked.runs if run.previous]
    resolved = Break.objects.filter(
        account__in=[run.account_id for run in asked.runs], resolved_by__isnull=False
    )
    if before:
        resolved = resolved.filter(resolved_at__gt=min(before))
    return resolved.count()


def _summary(standing: Iterable[BreakLine]) -> tuple[SummaryRow, ...]:
    groups: dict[tuple[str, BreakKind], list[BreakLine]] = {}
    for one in standing:
        groups.setdefault((one.account, one.kind), []).append(one)
    kinds = list(BreakKind)
    ordered = sorted(groups, key=lambda key: (key[0], kinds.index(key[1])))
    return tuple(
        SummaryRow(
            account=account,
            kind=kind,
            by_age=_ageing(groups[account, kind]),
            count=len(groups[account, kind]),
            money=sum(
                (abs(one.money) for one in groups[account, kind] if one.money),
                Decimal(0),
            ),
        )
        for account, kind in ordered
    )


def _ageing(rows: Iterable[BreakLine]) -> dict[AgeBucket, int]:
    counted = Counter(one.age for one in rows)
    return {bucket: counted[bucket] for bucket in AgeBucket}


def _in_r(standing: Iterable[BreakLine]) -> Decimal | None:
    known = [one.risk_r for one in standing if one.risk_r is not None]
    return sum(known, Decimal(0)) if known else None


def _sign_off(runs: Iterable[Run]) -> tuple[SignOffLine, ...]:
    """What people resolved and nobody verified yet, and what was verified of late."""
    rows = Break.objects.filter(
        account__in=[run.account_id for run in runs],
        status__in=[BreakStatus.RESOLVED.value, BreakStatus.VERIFIED.value],
        resolved_by__isnull=False,
    ).select_related("account", "resolved_by", "verified_by")
    newest = rows.order_by("-resolved_at", "-pk")[:50]
    return tuple(
        SignOffLine(
            break_id=one.pk,
            account=one.account.name,
            kind=BreakKind(one.kind),
            subject=one.subject,
            resolution=Resolution(one.resolution),
            resolved_by=lines.email_of(one.resolved_by),
            resolved_at=one.resolved_at,
            verified_by=lines.email_of(one.verified_by),
            verified_at=one.verified_at,
        )
        for one in reversed(newest)
        if one.resolved_at is not None
    )


def _changes(run: Run) -> Changes:
    previous = run.previous
    before = set() if previous is None else _standing_in(previous)
    now = _standing_in(run)
    return Changes(
        account=run.account.name,
        previous_run_id=previous.pk if previous else None,
        previous_at=previous.started_at if previous else None,
        previous_result=RunResult(previous.result) if previous else None,
        appeared=tuple(sorted(now - before)),
        stayed=tuple(sorted(now & before)),
        gone=tuple(sorted(before - now)),
    )


def _standing_in(run: Run) -> set[int]:
    found = run.findings.exclude(state=FindingState.AUTO_RESOLVED.value)
    return set(found.values_list("break_of_id", flat=True))
