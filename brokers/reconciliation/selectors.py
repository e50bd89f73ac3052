"""Reads for the pages of reconciliation: what a person may see, in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, Value, When

from brokers.domain.breaks import (
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    RunResult,
)
from brokers.models import (
    Break,
    BreakEvent,
    BrokerReference,
    Fill,
    Finding,
    Order,
    ReconciliationRun,
)
from tradedesk.accounts.models import User
from tradedesk.accounts.models.user import STAFF_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run of the list with what it found."""

    run: ReconciliationRun
    new: int
    carried: int
    auto_resolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLife:
    """A break with its whole past, oldest first."""

    broken: Break
    events: Sequence[BreakEvent]
    findings: Sequence[Finding]


def run_lines(
    user: User, *, account_id: int | None = None, limit: int = 50
) -> list[RunLine]:
    """The newest runs that a person may see; account, owner and counts included."""
    runs = _runs(user)
    if account_id is not None:
        runs = runs.filter(account=account_id)
    counts = {
        state.value: Count("findings", filter=Q(findings__state=state.value))
        for state in FindingState
    }
    newest = runs.annotate(
        found_new=counts[FindingState.NEW.value],
        found_carried=counts[FindingState.CARRIED.value],
        found_resolved=counts[FindingState.AUTO_RESOLVED.value],
    ).order_by("-started_at", "-pk")
    return [
        RunLine(
            run=run,
            new=run.found_new,
            carried=run.found_carried,
            auto_resolved=run.found_resolved,
        )
        for run in newest[:limit]
    ]


def _runs(user: User) -> QuerySet[ReconciliationRun]:
    runs = ReconciliationRun.objects.visible_to(user)
    return runs.select_related("account__connection", "owner", "requested_by")


def run_of(user: User, run_id: int) -> ReconciliationRun:
    """Raises ReconciliationRun.DoesNotExist for what this person may not see."""
    return _runs(user).get(pk=run_id)


def running_of(user: User, account_id: int) -> ReconciliationRun | None:
    """The run that goes on now, if any."""
    running = _runs(user).filter(account=account_id, result=RunResult.RUNNING.value)
    return running.first()


def _breaks(user: User) -> QuerySet[Break]:
    return Break.objects.visible_to(user).select_related(
        "account__connection",
        "owner",
        "assignee",
        "resolved_by",
        "verified_by",
        "last_run",
    )


def break_life(user: User, break_id: int) -> BreakLife:
    """Raises Break.DoesNotExist for what this person may not see."""
    broken = _breaks(user).get(pk=break_id)
    events = broken.events.select_related("by").order_by("at", "pk")
    found = broken.findings.select_related("run").order_by("run__started_at", "pk")
    return BreakLife(broken=broken, events=list(events), findings=list(found))


_URGENCY = Case(
    *(
        When(severity=severity.value, then=Value(place))
        for place, severity in enumerate(BreakSeverity)
    )
)


def breaks_of(
    user: User,
    *,
    statuses: Sequence[BreakStatus] = (),
    account_id: int | None = None,
    limit: int = 200,
) -> list[Break]:
    """Breaks that a person may see, critical and oldest first; no status is all the
    unsettled ones and those that wait for a second person.
    """
    rows = _breaks(user)
    if statuses:
        rows = rows.filter(status__in=[status.value for status in statuses])
    else:
        rows = rows.filter(UNSETTLED_OR_UNVERIFIED)
    if account_id is not None:
        rows = rows.filter(account=account_id)
    return list(rows.order_by(_URGENCY, "first_seen_at", "pk")[:limit])


# What a rule settled waits for nobody.
UNSETTLED_OR_UNVERIFIED = ~Q(
    status__in=[BreakStatus.RESOLVED.value, BreakStatus.VERIFIED.value]
) | Q(status=BreakStatus.RESOLVED.value, resolved_by__isnull=False)


def assignable_to(broken: Break) -> list[User]:
    """Who may be given this break: the account's owner and the staff roles."""
    known = Q(role__in=sorted(STAFF_ROLES)) | Q(pk=broken.owner_id)
    return list(User.objects.filter(known, is_active=True).order_by("email"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStanding:
    """How an order came out of its account's last whole run after its last change.

    `broken` is its standing break, None when book and broker agree.
    """

    run: ReconciliationRun
    at: datetime
    broken: Break | None


_OF_ORDERS = (BreakKind.ORDER_STATE.value, BreakKind.OVERFILL.value)


def newest_run(account_id: int) -> QuerySet[ReconciliationRun]:
    """The last run that saw all orders and fills of an account."""
    whole = ReconciliationRun.objects.filter(
        account=account_id, orders_as_of__isnull=False, fills_as_of__isnull=False
    )
    seen = whole.only("trading_day", "started_at", "finished_at")
    return seen.order_by("-started_at")[:1]


def standing_of(
    order: Order,
    run: ReconciliationRun | None,
    *,
    fills: Sequence[Fill],
    references: Sequence[BrokerReference],
) -> OrderStanding | None:
    """None while no run has looked at the order as it is now. `run` is the newest of
    its account, `fills` and `references` are all of the order.
    """
    changed = order.finished_at or order.accepted_at or order.created_at
    last = max([changed, *(fill.booked_at for fill in fills)])
    if run is None or run.finished_at is None or run.started_at <= last:
        return None
    ids = [one.broker_order_id for one in references]
    executions = [fill.execution_id for fill in fills]
    about = Q(kind__in=_OF_ORDERS, subject__in=ids) | Q(subject__in=executions)
    rows = Break.objects.filter(about, account=order.account_id).unsettled()
    return OrderStanding(run=run, at=run.finished_at, broken=rows.first())
