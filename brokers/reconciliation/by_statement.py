"""A statement account's book against the balance and holdings that a statement tells.

The same comparison, breaks and report as with a broker; only what a statement tells
last is compared, as of the end of its day. Executions and orders are not: whatever the
statements told of those is the book.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Sum

from brokers.domain.breaks import (
    BreakStatus,
    Resolution,
    RunResult,
    RunTrigger,
)
from brokers.models import (
    Account,
    Break,
    BreakEvent,
    Fill,
    LedgerEntry,
    Position,
    ReconciliationRun,
)
from brokers.orders import holdings, ledger
from brokers.reconciliation import breaks, outcome
from brokers.reconciliation.breaks import Compared
from brokers.reconciliation.compare import compare, tolerated
from brokers.reconciliation.ours import BothSides
from brokers.reconciliation.sides import BookSide, BrokerSide, HoldingRow
from brokers.reconciliation.sources import Source
from brokers.reconciliation.theirs import Reading
from brokers.reconciliation.version import code_version
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a statement says of the end of `day`; a part that it does not say is None.

    `held` maps symbols to signed units and what they cost each, where that is told.
    """

    day: date
    cash: Decimal | None
    held: Mapping[str, tuple[Decimal, Decimal | None]] | None


def reconcile_told(
    account: Account, told: Told, *, requested_by: User | None, now: datetime
) -> ReconciliationRun:
    """Compare in the caller's transaction, under the account's lock; audited."""
    run = _begin(account, told, requested_by, now=now)
    both = BothSides(ours=_ours(account, told), theirs=_theirs(told))
    looked = _looked(told)
    reading = Reading(since=None, as_of=dict.fromkeys(looked, now))
    found = outcome.Looked(
        reading=reading,
        both=both,
        compared=Compared(
            standing=compare(both.ours, both.theirs),
            taken_in=(),
            rounding=tolerated(both.ours, both.theirs),
            looked=looked,
        ),
    )
    settled = breaks.settle(run, found.compared, now)
    outcome.write_down(run, found, settled, now=now)
    outcome.tell(run, settled, now)
    outcome.record_all(run, settled, now)
    return run


def _begin(
    account: Account, told: Told, requested_by: User | None, *, now: datetime
) -> ReconciliationRun:
    trigger = RunTrigger.PERSON if requested_by else RunTrigger.COMMAND
    earlier = ReconciliationRun.objects.filter(account=account)
    return ReconciliationRun.objects.create(
        owner_id=account.owner_id,
        account=account,
        trading_day=told.day,
        trigger=trigger.value,
        requested_by=requested_by,
        result=RunResult.RUNNING.value,
        started_at=now,
        code_version=code_version(),
        previous=earlier.order_by("-started_at", "-pk").first(),
    )


def _looked(told: Told) -> frozenset[Source]:
    said = {Source.CASH: told.cash, Source.POSITIONS: told.held}
    return frozenset(source for source, value in said.items() if value is not None)


def _theirs(told: Told) -> BrokerSide:
    return BrokerSide(
        orders=None,
        fills=None,
        positions=None
        if told.held is None
        else {symbol: HoldingRow(*row) for symbol, row in told.held.items()},
        activities=None,
        cash=told.cash,
    )


def _ours(account: Account, told: Told) -> BookSide:
    return BookSide(
        positions=None if told.held is None else _held(account, told.day),
        cash=None if told.cash is None else cash_on(account, told.day),
    )


# The book as of the end of a day


def cash_on(account: Account, day: date) -> Decimal:
    """The book's cash at the end of that day. Entries that tell a day alone stand at
    midnight UTC, executions at an instant of the exchange's day.
    """
    entries = LedgerEntry.objects.filter(
        account=account, before_opening=False, effective_at__lt=_midnight(day, UTC)
    )
    booked = entries.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    later = ledger.traded_cash(account, since=_midnight(day, NEW_YORK))
    return Decimal(booked + ledger.traded_cash(account) - later)


def _held(account: Account, day: date) -> dict[str, HoldingRow]:
    """Positions as they stand, those that moved since folded up to that day."""
    rows = Position.objects.filter(account=account)
    found = {
        symbol: HoldingRow(quantity, price)
        for symbol, quantity, price in rows.values_list(
            "symbol", "quantity", "average_price"
        )
    }
    for symbol in _moved_since(account, day):
        held = holdings.refold(account, symbol, until=_midnight(day, NEW_YORK))
        found[symbol] = HoldingRow(held.quantity, held.average_price)
    return {symbol: row for symbol, row in found.items() if row.quantity}


def _moved_since(account: Account, day: date) -> Collection[str]:
    fills = Fill.objects.filter(
        account=account, executed_at__gte=_midnight(day, NEW_YORK)
    )
    entries = LedgerEntry.objects.filter(
        account=account, effective_at__gte=_midnight(day, UTC)
    ).exclude(quantity=0)
    return {
        *fills.values_list("symbol", flat=True).distinct(),
        *entries.values_list("symbol", flat=True).distinct(),
    }


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The end of that day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


# When nothing tells of it any more


def relied_upon(runs: Collection[int]) -> Break | None:
    """A break that these runs found and whose settlement moved the book or has a second
    person's word: what told of it cannot go before that is undone.
    """
    found = Break.objects.filter(findings__run__in=runs)
    settled = (Resolution.ADJUSTMENT.value, Resolution.WRITE_OFF.value)
    return (
        found.filter(resolution__in=settled).first()
        or found.filter(verified_at__isnull=False).first()
    )


def clear_untold(account: Account, *, actor: Actor, now: datetime) -> None:
    """Settle what stands: no statement tells a balance or a holding any more."""
    rule = Resolution.CLEARED
    for one in Break.objects.filter(account=account).unsettled().order_by("pk"):
        Break.objects.filter(pk=one.pk).update(**breaks.settled_by(rule, now))
        note = "by rule: the statement that told it was taken back"
        BreakEvent.objects.create(
            break_of=one,
            at=now,
            from_status=one.status,
            to_status=BreakStatus.RESOLVED.value,
            note=note,
        )
        record(
            AuditAction.BREAK_RESOLVED,
            actor=actor,
            subject="break",
            subject_id=one.pk,
            payload={"resolution": rule, "note": note},
            now=now,
        )
