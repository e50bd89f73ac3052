"""Connections, commands and books, as the System page and the watch see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from brokers.domain.breaks import RunResult
from brokers.domain.orders import IN_FLIGHT, CommandStatus
from brokers.models import (
    Account,
    Command,
    Connection,
    ConnectionState,
    Order,
    ReconciliationRun,
    UnfamiliarWord,
)
from brokers.registry import BROKERS
from brokers.sessions.budget import Spent
from brokers.sessions.context import budget_of
from tradedesk.accounts.models import User
from tradedesk.desk.system import rules


WORDS_SHOWN = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionHealth:
    """One connection. `working` counts its open orders; `synced_at` is the oldest of
    its accounts' last complete reads, None while one was never read completely.
    `budget` is what is left of its requests, None where nobody has asked or can tell.
    """

    connection: Connection
    broker: str
    accounts: Sequence[Account]
    working: int
    now: datetime
    budget: Spent | None = None

    @property
    def is_down(self) -> bool:
        return ConnectionState(self.connection.state) in {
            ConnectionState.UNREACHABLE,
            ConnectionState.UNAUTHORISED,
        }

    @property
    def down_for(self) -> timedelta:
        since = self.connection.down_since or self.connection.reached_at
        return self.now - since if self.is_down and since else timedelta(0)

    @property
    def synced_at(self) -> datetime | None:
        reads = [account.synced_at for account in self.accounts]
        known = [at for at in reads if at is not None]
        return min(known) if known and len(known) == len(reads) else None

    @property
    def stream_is_up(self) -> bool:
        return self.connection.stream_connected_at is not None

    @property
    def stream_quiet_for(self) -> timedelta | None:
        """None where no stream was ever heard."""
        seen = self.connection.stream_seen_at
        return None if seen is None else max(self.now - seen, timedelta(0))

    @property
    def stream_is_silent(self) -> bool:
        quiet = self.stream_quiet_for
        return quiet is None or quiet > rules.RULES["stream"].after

    @property
    def budget_used_percent(self) -> float | None:
        if self.budget is None or not self.budget.size:
            return None
        return 100 * (1 - max(self.budget.left, 0.0) / self.budget.size)

    @property
    def rests_in(self) -> timedelta:
        at = self.rests_until
        return timedelta(0) if at is None else at - self.now

    @property
    def rests_until(self) -> datetime | None:
        """When polling asks again after failures; None where it does not wait."""
        at = self.connection.retry_at
        return at if at is not None and at > self.now else None


def connections(user: User | None, now: datetime) -> list[ConnectionHealth]:
    """One's own, or with None everybody's; those that are down first."""
    rows = (
        Connection.objects.all() if user is None else Connection.objects.for_user(user)
    )
    found = rows.select_related("owner").prefetch_related("accounts").order_by("pk")
    counts = (
        Order.objects.open()
        .filter(account__connection__in=rows)
        .values_list("account__connection")
        .annotate(count=Count("pk"))
    )
    working = dict(counts)
    health = [
        ConnectionHealth(
            connection=one,
            broker=BROKERS[one.slug].label,
            accounts=list(one.accounts.all()),
            working=working.get(one.pk, 0),
            now=now,
        )
        for one in found
        if one.is_usable
    ]
    return sorted(health, key=lambda one: not one.is_down)


def with_budgets(found: Sequence[ConnectionHealth]) -> list[ConnectionHealth]:
    return [replace(one, budget=budget_of(one.connection).look()) for one in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What is in flight: how many and since when the oldest."""

    queued: int
    oldest_queued_at: datetime | None
    sent: int
    unresolved: int
    oldest_unresolved_at: datetime | None


def commands(user: User | None) -> Commands:
    in_flight = Q(status__in=IN_FLIGHT)
    rows = Command.objects.filter(in_flight)
    if user is not None:
        rows = rows.filter(account__owner=user)
    queued = Q(status=CommandStatus.QUEUED.value)
    unresolved = Q(status=CommandStatus.SENT.value, unresolved_since__isnull=False)
    figures = rows.aggregate(
        queued=Count("pk", filter=queued),
        oldest_queued_at=Min("approved_at", filter=queued),
        sent=Count("pk", filter=Q(status=CommandStatus.SENT.value)),
        unresolved=Count("pk", filter=unresolved),
        oldest_unresolved_at=Min("unresolved_since", filter=unresolved),
    )
    return Commands(**figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """An account and its last reconciliation, None where there was none yet."""

    account: Account
    run: ReconciliationRun | None

    @property
    def css(self) -> str:
        """The chip's: colour only where the words warn."""
        if self.run is None or self.run.result == RunResult.CLEAN.value:
            return ""
        return "info" if self.run.result == RunResult.RUNNING.value else "warn"


def books(user: User | None) -> list[Book]:
    accounts = _accounts(user)
    newest = ReconciliationRun.objects.filter(account=OuterRef("pk")).order_by(
        "-started_at", "-pk"
    )
    found = list(accounts.annotate(run_id=Subquery(newest.values("pk")[:1])))
    runs = ReconciliationRun.objects.in_bulk(
        [one.run_id for one in found if one.run_id]
    )
    return [Book(account=one, run=runs.get(one.run_id)) for one in found]


def _accounts(user: User | None) -> QuerySet[Account]:
    rows = Account.objects.all() if user is None else Account.objects.for_user(user)
    return rows.select_related("connection", "owner").order_by("pk")


def unfamiliar(user: User | None) -> list[UnfamiliarWord]:
    """Words of brokers that nobody here knows, the newest first."""
    rows = UnfamiliarWord.objects.all()
    if user is not None:
        rows = rows.for_user(user)
    found = rows.select_related("connection").order_by("-last_seen_at", "-pk")
    return list(found[:WORDS_SHOWN])
