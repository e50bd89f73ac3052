"""What is due by the clock: nightly runs, letters, and the alarm for what is missing.

Everything here is asked of rows, so that a beat that comes twice, late or after a night
off finds the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from brokers.domain.breaks import RunResult, RunTrigger
from brokers.models import Account, ReconciliationReport, ReconciliationRun
from brokers.reconciliation.building import newest_runs, result_of
from brokers.reconciliation.calendar import last_due
from brokers.reconciliation.running import nightly_of
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system
from tradedesk.notifications.services import NoticeKind, Severity, notify


# A broker that did not answer is asked again so often, and for so long.
RETRY_AFTER = timedelta(minutes=15)
RETRY_FOR = timedelta(hours=6)
# From when a run that should have been is missed, and a letter waits no longer.
MISSED_AFTER = timedelta(minutes=30)
LETTER_AT_LATEST = timedelta(hours=1)
# What fell due longer ago than this is the past's: a desk that was off starts anew.
FORGOTTEN_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRun:
    """One account's nightly run; `due_at` is when it fell due."""

    account: Account
    trading_day: date
    due_at: datetime


def expected_runs(now: datetime) -> Iterator[DueRun]:
    """Every nightly run that has fallen due of late, whether it has been or not."""
    accounts = Account.objects.filter(reconcile_active=True, opened_at__isnull=False)
    for account in accounts.select_related("connection", "owner").order_by("pk"):
        due = last_due(account, now)
        if due is not None and now - due[1] <= FORGOTTEN_AFTER:
            yield DueRun(account=account, trading_day=due[0], due_at=due[1])


def due_runs(now: datetime) -> list[DueRun]:
    """The nightly runs that should begin now."""
    return [one for one in expected_runs(now) if _should_begin(one, now)]


def _should_begin(due: DueRun, now: datetime) -> bool:
    if nightly_of(due.account, due.trading_day) is not None:
        return False
    last = _attempts(due).order_by("-started_at").first()
    if last is None or last.finished_at is None:
        return last is None
    again = now - last.finished_at >= RETRY_AFTER
    return again and last.finished_at - due.due_at <= RETRY_FOR


def _attempts(due: DueRun) -> QuerySet[ReconciliationRun]:
    return ReconciliationRun.objects.filter(
        account=due.account,
        trading_day=due.trading_day,
        trigger=RunTrigger.NIGHTLY.value,
    )


# The alarm


def missed_runs(now: datetime) -> list[DueRun]:
    """Runs that should long have been and of which there is no attempt that ended."""
    return [
        one
        for one in expected_runs(now)
        if now - one.due_at > MISSED_AFTER
        and not _attempts(one).exclude(result=RunResult.RUNNING.value).exists()
    ]


@transaction.atomic
def raise_alarm(missed: DueRun, now: datetime) -> None:
    """Tell the owner that a run is missing; once a day while it is unread."""
    account = missed.account
    notify(
        account.owner_id,
        kind=NoticeKind.RECONCILIATION,
        severity=Severity.CRITICAL,
        title=f"{account.name} was not reconciled on {missed.trading_day}",
        body="The nightly run did not happen. See whether worker and beat are alive, "
        "then reconcile by hand.",
        url="/reconciliation/",
        key=f"reconciliation-missing:{account.pk}:{missed.trading_day}",
        now=now,
    )


# Letters


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLetter:
    """A person's report of one day that should be on its way; `missing` names the
    accounts whose run did not happen.
    """

    owner: User
    trading_day: date
    runs: tuple[ReconciliationRun, ...]
    missing: tuple[str, ...]


def due_letters(now: datetime) -> list[DueLetter]:
    """Whose letters should leave now: all accounts due that day have a nightly run, or
    the last was due an hour ago. A day whose letter exists is due again only when
    another nightly run of it has ended since: that makes a revision.
    """
    return [
        letter
        for (_, day), group in sorted(_by_owner_and_day(expected_runs(now)).items())
        if (letter := _letter(group, day, now)) is not None
    ]


def _by_owner_and_day(
    expected: Iterable[DueRun],
) -> dict[tuple[int, date], list[DueRun]]:
    groups: dict[tuple[int, date], list[DueRun]] = {}
    for one in expected:
        groups.setdefault((one.account.owner_id, one.trading_day), []).append(one)
    return groups


def _letter(group: list[DueRun], day: date, now: datetime) -> DueLetter | None:
    owner = group[0].account.owner
    runs = newest_runs(owner.pk, day)
    seen = {run.account_id for run in runs}
    missing = [one.account.name for one in group if one.account.pk not in seen]
    waits = now - max(one.due_at for one in group) < LETTER_AT_LATEST
    if waits and (missing or not all(_is_done(one) for one in group)):
        return None
    if not _is_news(owner, day, runs):
        return None
    return DueLetter(
        owner=owner,
        trading_day=day,
        runs=tuple(runs),
        missing=tuple(sorted(missing)),
    )


def _is_done(due: DueRun) -> bool:
    """Its nightly run has seen everything; one that could not is tried again."""
    been = nightly_of(due.account, due.trading_day)
    return been is not None and been.result != RunResult.RUNNING.value


def _is_news(owner: User, day: date, runs: list[ReconciliationRun]) -> bool:
    """No letter yet, or a nightly run that the last one does not hold."""
    last = _kept(owner, day)
    if last is None:
        return True
    told = set(last.runs.values_list("pk", flat=True))
    nightly = {run.pk for run in runs if run.trigger == RunTrigger.NIGHTLY.value}
    return bool(nightly - told)


def _kept(owner: User, day: date) -> ReconciliationReport | None:
    kept = ReconciliationReport.objects.filter(owner=owner, trading_day=day)
    return kept.order_by("-revision").first()


@transaction.atomic
def keep_report(due: DueLetter, now: datetime) -> ReconciliationReport:
    """Write down, audited REPORT_MADE, that this report of the day is made."""
    last = _kept(due.owner, due.trading_day)
    kept = ReconciliationReport.objects.create(
        owner=due.owner,
        trading_day=due.trading_day,
        revision=last.revision + 1 if last else 1,
        result=result_of(due.runs, due.missing).value,
        missing=list(due.missing),
        created_at=now,
    )
    kept.runs.set(due.runs)
    record(
        AuditAction.REPORT_MADE,
        actor=system("reconciliation"),
        subject="reconciliationreport",
        subject_id=kept.pk,
        payload={
            "day": due.trading_day.isoformat(),
            "revision": kept.revision,
            "result": kept.result,
            "runs": [run.pk for run in due.runs],
            "missing": list(due.missing),
        },
        now=now,
    )
    return kept
