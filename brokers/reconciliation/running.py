"""Running a reconciliation of one account.

Both sides are read and compared before the run takes any news in, so that what only
its own reading repaired is known and listed. Then the news goes in by the same door as
a poll's, and both sides are read until two readings in a row tell the same: what a
fill between two questions made differ is gone by then, and a real difference stays.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from brokers.domain.breaks import BreakKind, RunResult, RunTrigger
from brokers.models import Account, Break, ReconciliationRun
from brokers.orders import known
from brokers.orders.ingest import ingest
from brokers.orders.locks import lock_account, reconciling
from brokers.orders.sync import sync_account
from brokers.orders.turns import TurnTaken
from brokers.reconciliation import breaks, outcome
from brokers.reconciliation.breaks import NEEDS, Compared
from brokers.reconciliation.calendar import trading_day
from brokers.reconciliation.compare import compare, tolerated
from brokers.reconciliation.differences import Difference
from brokers.reconciliation.ours import BothSides, both_sides
from brokers.reconciliation.sources import Source
from brokers.reconciliation.theirs import Reading, read
from brokers.reconciliation.version import code_version
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor, person, system
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


# Further back than the last whole run, which may have run while the broker was slow.
OVERLAP = timedelta(days=1)
# A reading differs from the one before while the account trades; then the next decides.
READINGS = 4
_OF_THE_STRETCH = [
    kind.value
    for kind, sources in NEEDS.items()
    if sources & {Source.ORDERS, Source.FILLS} or kind is BreakKind.FEE
] + [BreakKind.CASH.value]


class AlreadyRunningError(StaleStateError):
    """Another reconciliation of this account runs now; its run is in the list."""

    title = "A reconciliation is running"


def reconcile(
    account_id: int,
    *,
    trigger: RunTrigger,
    requested_by: User | None,
    clock: Clock,
) -> ReconciliationRun:
    """Hold the account's book against its broker and keep what came of it.

    The run is finished when this returns: CLEAN, BREAKS or INCOMPLETE. Running again
    adds a run and changes no break's first sight. A nightly run that has been is given
    back as it is.

    Raises:
        AlreadyRunningError: one is running for this account.
    """
    with reconciling(account_id) as alone:
        if not alone:
            raise AlreadyRunningError(
                "This account is being reconciled already. Wait for that run to end."
            )
        run = _begin(account_id, trigger, requested_by, now=clock.now())
        if run.result != RunResult.RUNNING.value:
            return run
        return _finish(run, _look(run, clock), clock.now())


# Beginning


@transaction.atomic(durable=True)
def _begin(
    account_id: int, trigger: RunTrigger, requested_by: User | None, *, now: datetime
) -> ReconciliationRun:
    account = lock_account(account_id)
    _close_dead(account, now)
    day = trading_day(account.connection, now)
    if trigger is RunTrigger.NIGHTLY:
        been = nightly_of(account, day)
        if been is not None:
            return been
    earlier = ReconciliationRun.objects.filter(account=account)
    run = ReconciliationRun.objects.create(
        owner_id=account.owner_id,
        account=account,
        trading_day=day,
        trigger=trigger.value,
        requested_by=requested_by,
        started_at=now,
        code_version=code_version(),
        previous=earlier.order_by("-started_at", "-pk").first(),
    )
    outcome.publish(run)
    record(
        AuditAction.RECONCILIATION_STARTED,
        actor=_actor(requested_by),
        subject="account",
        subject_id=account.pk,
        payload={"run": run.pk, "trigger": trigger, "day": day.isoformat()},
        now=now,
    )
    return run


def nightly_of(account: Account, day: date) -> ReconciliationRun | None:
    """The nightly run of a day, unless it could not look: then another may."""
    return (
        ReconciliationRun.objects.filter(
            account=account, trading_day=day, trigger=RunTrigger.NIGHTLY.value
        )
        .exclude(result=RunResult.INCOMPLETE.value)
        .first()
    )


def _close_dead(account: Account, now: datetime) -> None:
    """Runs whose process ended before they did: who holds the lock is alone."""
    for dead in ReconciliationRun.objects.filter(
        account=account, result=RunResult.RUNNING.value
    ):
        dead.result = RunResult.INCOMPLETE.value
        dead.finished_at = now
        dead.failures = {"run": "The process that ran it ended before it did."}
        dead.save()
        record(
            AuditAction.RECONCILIATION_FINISHED,
            actor=system("reconciliation"),
            subject="account",
            subject_id=account.pk,
            payload={"run": dead.pk, "result": dead.result, "failures": dead.failures},
            now=now,
        )


def _actor(user: User | None) -> Actor:
    if user is None:
        return system("reconciliation")
    return person(user.email, user.pk)


# Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """One reading with the book as it was just after it."""

    reading: Reading
    both: BothSides
    differences: list[Difference]


def _look(run: ReconciliationRun, clock: Clock) -> outcome.Looked:
    """Read, take in, and read until nothing moves. No transaction is open meanwhile."""
    since = stretch(run)
    first = _sight(run, since, clock)
    _take_in(run, first.reading, clock)
    last = _sight(run, since, clock)
    for _ in range(READINGS - 2):
        if not last.differences:
            break
        _poll(run.account_id, clock)
        again = _sight(run, since, clock)
        settled = _told(again.differences) == _told(last.differences)
        last = _agreeing(again, last)
        if settled:
            break
    kept = {one.key for one in last.differences}
    return outcome.Looked(
        reading=last.reading,
        both=last.both,
        compared=Compared(
            standing=last.differences,
            taken_in=[one for one in first.differences if one.key not in kept],
            rounding=tolerated(last.both.ours, last.both.theirs),
            looked=frozenset(last.reading.as_of) - last.reading.stale.keys(),
        ),
    )


def _sight(run: ReconciliationRun, since: datetime | None, clock: Clock) -> _Sight:
    account = Account.objects.select_related("connection").get(pk=run.account_id)
    reading = read(account, since, clock)
    account.refresh_from_db(fields=["opened_at"])
    both = both_sides(account, reading, clock.now())
    found = compare(both.ours, both.theirs)
    return _Sight(reading=reading, both=both, differences=found)


def _told(found: list[Difference]) -> list[object]:
    return [(one.key, one.ours, one.theirs) for one in found]


def _agreeing(newer: _Sight, older: _Sight) -> _Sight:
    """The newer one, with only what both of them tell."""
    before = {one.key for one in older.differences}
    both = [one for one in newer.differences if one.key in before]
    return _Sight(reading=newer.reading, both=newer.both, differences=both)


def _take_in(run: ReconciliationRun, reading: Reading, clock: Clock) -> None:
    """What this reading tells goes in by the door of every poll, over a stretch that
    may be longer than a poll's; then a poll, which reads holdings and cash as well.
    """
    account = Account.objects.select_related("connection").get(pk=run.account_id)
    if account.opened_at is not None and not reading.stale:
        news = known.unread(
            account, orders=reading.orders or (), fills=reading.fills or ()
        )
        if news.orders or news.fills:
            ingest(account.pk, news, clock.now())
    _poll(account.pk, clock)


def _poll(account_id: int, clock: Clock) -> None:
    """Another process that polls the account now brings the same news."""
    with suppress(TurnTaken):
        sync_account(account_id, clock)


def stretch(run: ReconciliationRun) -> datetime | None:
    """How far back to compare: beyond the last run that saw everything, and to the
    beginning of every break that still stands, lest it be cleared unseen.
    """
    runs = ReconciliationRun.objects.filter(account=run.account).exclude(pk=run.pk)
    whole = runs.filter(result__in=[RunResult.CLEAN.value, RunResult.BREAKS.value])
    last = whole.order_by("-started_at").first()
    if last is None:
        return run.account.opened_at
    since = last.started_at - OVERLAP
    standing = Break.objects.filter(account=run.account, kind__in=_OF_THE_STRETCH)
    oldest = standing.unsettled().order_by("first_seen_at").first()
    if oldest is None:
        return since
    finder = runs.filter(started_at__lte=oldest.first_seen_at)
    began = finder.order_by("-started_at").first()
    told = began.figures.get("since") if began else None
    return min(since, datetime.fromisoformat(told)) if told else run.account.opened_at


# Finishing


@transaction.atomic(durable=True)
def _finish(
    run: ReconciliationRun, looked: outcome.Looked, now: datetime
) -> ReconciliationRun:
    lock_account(run.account_id)
    settled = breaks.settle(run, looked.compared, now)
    outcome.write_down(run, looked, settled, now=now)
    outcome.tell(run, settled, now)
    outcome.reduce(run, settled, now)
    outcome.record_all(run, settled, now)
    return run
