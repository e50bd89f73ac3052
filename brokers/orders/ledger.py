"""What stands in an account's book beside fills: openings, adjustments, cash.

Entries are added and never changed. A position is the fold of its entries and its fills
(`holdings`); the cash of the book is their sum, reckoned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Sum, Value, When
from django.db.models.functions import Coalesce

from brokers.domain.orders import Side
from brokers.domain.reports import CashReport
from brokers.models import Account, Fill, LedgerEntry, LedgerKind
from brokers.orders import giving_way, holdings
from brokers.orders.locks import lock_account
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import StaleStateError


NOTE_LENGTH = 300
# Wide enough that no product of a quantity and a price is rounded.
_MONEY = DecimalField[Decimal, Decimal](max_digits=60, decimal_places=17)
_NOTHING = Value(Decimal(0), output_field=_MONEY)


def cash_of(account: Account) -> Decimal | None:
    """The cash that the book holds; None until it has been opened.

    Two sums in the database, however long the history is.
    """
    if account.opened_at is None:
        return None
    entries = LedgerEntry.objects.filter(account=account, before_opening=False)
    booked = entries.aggregate(total=Coalesce(Sum("amount"), Decimal(0)))["total"]
    total: Decimal = booked + traded_cash(account)
    return total


def traded_cash(account: Account, *, since: datetime | None = None) -> Decimal:
    """What the fills that stand brought in and cost, fees included; signed money. With
    `since`, those from that instant on.
    """
    worth = F("quantity") * F("price")
    signed = Case(
        When(side=Side.SELL.value, then=worth), default=-worth, output_field=_MONEY
    )
    fills = Fill.objects.filter(account=account, busted_at=None, before_opening=False)
    if since is not None:
        fills = fills.filter(executed_at__gte=since)
    sums = fills.aggregate(
        traded=Coalesce(Sum(signed, output_field=_MONEY), _NOTHING),
        fees=Coalesce(Sum("fees"), Decimal(0)),
    )
    total: Decimal = sums["traded"] - sums["fees"]
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What an adjustment puts right: signed units of a symbol, signed money, or both.

    `price` is what the units cost each; None where nobody knows.
    """

    symbol: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None
    amount: Decimal = Decimal(0)
    note: str


def book_adjustment(
    account: Account, adjustment: Adjustment, *, user: User, actor: Actor, now: datetime
) -> LedgerEntry:
    """Book what a person decided, in the caller's transaction; the position follows."""
    account = lock_account(account.pk)
    entry = LedgerEntry.objects.create(
        owner_id=account.owner_id,
        account=account,
        kind=LedgerKind.ADJUSTMENT,
        symbol=adjustment.symbol,
        quantity=adjustment.quantity,
        price=adjustment.price,
        amount=adjustment.amount,
        effective_at=now,
        booked_at=now,
        told_by="person",
        note=adjustment.note[:NOTE_LENGTH],
        booked_by=user,
    )
    _settle(entry, actor=actor, now=now)
    return entry


def reverse(
    entry: LedgerEntry, *, note: str, user: User | None, actor: Actor, now: datetime
) -> LedgerEntry:
    """Take an entry back by one that undoes it; the position is as if it never was.

    Raises:
        StaleStateError: it was taken back before, or takes another one back itself.
    """
    account = lock_account(entry.account_id)
    entry = LedgerEntry.objects.get(pk=entry.pk)
    taken_back = LedgerEntry.objects.filter(reverses=entry).exists()
    if taken_back or entry.reverses_id is not None:
        raise StaleStateError("This entry was taken back before.")
    reversal = LedgerEntry.objects.create(
        owner_id=account.owner_id,
        account=account,
        kind=LedgerKind.ADJUSTMENT if user else entry.kind,
        cash_kind=entry.cash_kind,
        symbol=entry.symbol,
        quantity=-entry.quantity,
        price=entry.price,
        amount=-entry.amount,
        before_opening=entry.before_opening,
        effective_at=now,
        booked_at=now,
        told_by="person" if user else "poll",
        note=note[:NOTE_LENGTH],
        booked_by=user,
        reverses=entry,
    )
    _settle(reversal, actor=actor, now=now)
    return reversal


def _settle(entry: LedgerEntry, *, actor: Actor, now: datetime) -> None:
    if entry.quantity:
        holdings.rebuild(entry.account, entry.symbol, actor=actor, now=now)
    record(
        AuditAction.LEDGER_BOOKED,
        actor=actor,
        subject="account",
        subject_id=entry.account_id,
        payload={
            "entry": entry.pk,
            "kind": entry.kind,
            "cash_kind": entry.cash_kind,
            "activity": entry.activity_id,
            "symbol": entry.symbol,
            "quantity": entry.quantity,
            "price": entry.price,
            "amount": entry.amount,
            "reverses": entry.reverses_id,
            "note": entry.note,
        },
        now=now,
    )


def new_cash(account: Account, reports: Sequence[CashReport]) -> list[CashReport]:
    """The activities that the book does not have as they are told now."""
    ids = [report.activity_id for report in reports]
    booked = LedgerEntry.objects.filter(account=account, activity_id__in=ids).exclude(
        told_by=giving_way.TOLD_BY, before_opening=False
    )
    standing = dict(booked.values_list("activity_id", "reversed_by"))
    return [
        report
        for report in reports
        if (
            report.activity_id in standing
            and report.cancelled
            and standing[report.activity_id] is None
        )
        or (report.activity_id not in standing and not report.cancelled)
    ]


def book_cash(
    account: Account, reports: Sequence[CashReport], *, actor: Actor, now: datetime
) -> int:
    """Book these activities once each, in the caller's transaction, under the account's
    lock; one that the broker took back is reversed. How many were news.
    """
    news = new_cash(account, reports)
    for report in sorted(news, key=lambda one: (one.occurred_at, one.activity_id)):
        if report.cancelled:
            booked = LedgerEntry.objects.get(
                account=account, activity_id=report.activity_id
            )
            note = "The broker took this activity back."
            reverse(booked, note=note, user=None, actor=actor, now=now)
        else:
            giving_way.entry_gives_way(account, report)
            entry = entry_of(account, report, before_opening=False, now=now)
            entry.save()
            _settle(entry, actor=actor, now=now)
    return len(news)


def entry_of(
    account: Account, report: CashReport, *, before_opening: bool, now: datetime
) -> LedgerEntry:
    """An unsaved entry. Money for units that went is their price."""
    price = report.price
    if price is None and report.quantity and report.amount:
        price = abs(report.amount / report.quantity).quantize(Decimal("0.00000001"))
    return LedgerEntry(
        owner_id=account.owner_id,
        account=account,
        kind=LedgerKind.CASH,
        cash_kind=report.kind.value,
        symbol=report.symbol,
        quantity=report.quantity,
        price=price,
        amount=report.amount,
        activity_id=report.activity_id,
        before_opening=before_opening,
        effective_at=report.occurred_at,
        booked_at=now,
        told_by="poll",
        note=report.description[:NOTE_LENGTH],
    )
