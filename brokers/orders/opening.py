"""The beginning of an account's book: what it holds when the desk first reads it.

One entry for each holding and one for the cash, with the broker's own average price
where it has one. What happened before is in these entries and is never booked again:
fills up to `Account.opened_at`, and the cash activities known then.

The reading has to be of one moment, and a broker has no snapshot to offer. So fills and
cash activities are listed before and after positions and cash are read, and where the
two lists differ everything is read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from brokers.domain.ports import Reader
from brokers.domain.reports import (
    AccountReport,
    CashReport,
    FillReport,
    OrderReport,
    PositionReport,
)
from brokers.models import Account, LedgerEntry, LedgerKind, Order, Position
from brokers.orders import holdings, ledger
from brokers.orders.conflicts import tried_again
from brokers.orders.figures import take_account
from brokers.orders.ingest import News, ingest
from brokers.orders.locks import lock_account
from brokers.orders.reading import FURTHEST
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor, broker
from tradedesk.core.clock import Clock


# Orders that fill by the minute settle in a few readings; others wait for the next poll.
READINGS = 4
FILLS_REACH = timedelta(days=1)
# A fill of the last moment may not be published yet: it is left to the first sync.
PUBLISHED_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An account at one moment, `at` by the broker's clock; `orders` are those that
    work.
    """

    at: datetime
    account: AccountReport
    positions: Sequence[PositionReport]
    orders: Sequence[OrderReport]
    cash: Sequence[CashReport]


def open_book(account: Account, reader: Reader, clock: Clock) -> bool:
    """Read the account and book its opening; a no-op when it has been opened.

    False when the account moved during every reading: it is tried at the next poll.

    Raises:
        BrokerError: something got no answer; nothing was booked.
    """
    for _ in range(READINGS):
        found = _read(reader)
        if found is not None:
            _book(account.pk, found, clock.now())
            return True
    return False


def _read(reader: Reader) -> Found | None:
    now = reader.get_clock().now
    fills, cash = _moves(reader, now)
    orders = reader.list_orders(open_only=True)
    figures, positions = reader.get_account(), reader.get_positions()
    fills_after, cash_after = _moves(reader, now)
    if _ids(fills, cash) != _ids(fills_after, cash_after):
        return None
    newest = max((fill.executed_at for fill in fills), default=now - PUBLISHED_AFTER)
    return Found(
        at=max(newest, now - PUBLISHED_AFTER),
        account=figures,
        positions=positions,
        orders=orders,
        cash=cash,
    )


def _moves(
    reader: Reader, now: datetime
) -> tuple[Sequence[FillReport], Sequence[CashReport]]:
    fills = reader.list_fills(after=now - FILLS_REACH)
    return fills, reader.list_cash(after=now - FURTHEST.cash)


def _ids(fills: Sequence[FillReport], cash: Sequence[CashReport]) -> set[str]:
    moved = {one.activity_id for one in cash if not one.cancelled}
    return moved | {one.execution_id for one in fills}


@tried_again
@transaction.atomic(durable=True)
def _book(account_id: int, found: Found, now: datetime) -> None:
    account = lock_account(account_id)
    if account.opened_at is not None:
        return
    account.opened_at = found.at
    take_account(account, found.account, now)
    account.save()
    actor = broker(account.connection.label)
    ingest(account_id, News(told_by="poll", orders=found.orders), now)
    for report in _with_legs(found.orders):
        _note_filled(account, report)
    entries = [*_holdings(account, found, now), _cash(account, found, now)]
    entries += _activities(account, found, now)
    LedgerEntry.objects.bulk_create(entries)
    moved = {one.symbol for one in entries if one.kind == LedgerKind.OPENING}
    for symbol in sorted(moved - {""}):
        holdings.rebuild(account, symbol, actor=actor, now=now)
    _log(account, found, entries=entries, actor=actor, now=now)


def _with_legs(reports: Sequence[OrderReport]) -> Iterator[OrderReport]:
    for report in reports:
        yield report
        yield from report.legs


def _note_filled(account: Account, report: OrderReport) -> None:
    """Part of a working order was filled before: that is in the opening, not a fill."""
    orders = Order.objects.filter(account=account)
    order = orders.filter(references__broker_order_id=report.broker_order_id).first()
    if order is None:
        return
    standing = order.fills.filter(busted_at=None).values_list("quantity", flat=True)
    before = report.filled_quantity - sum(standing, Decimal(0))
    if before > 0:
        Order.objects.filter(pk=order.pk).update(
            opening_quantity=before, opening_price=report.average_price
        )


def _holdings(account: Account, found: Found, now: datetime) -> list[LedgerEntry]:
    """What is held beyond what the book explains: all of it, in a book without fills."""
    told = {report.symbol: report for report in found.positions}
    booked = dict(
        Position.objects.filter(account=account).values_list("symbol", "quantity")
    )
    entries = []
    for symbol in sorted(told.keys() | booked.keys()):
        known = booked.get(symbol, Decimal(0))
        report = told.get(symbol)
        quantity = (report.quantity if report else Decimal(0)) - known
        if quantity:
            entry = _opening(account, found, now)
            entry.symbol, entry.quantity = symbol, quantity
            entry.price = report.average_price if report and not known else None
            entries.append(entry)
    return entries


def _cash(account: Account, found: Found, now: datetime) -> LedgerEntry:
    entry = _opening(account, found, now)
    entry.amount = found.account.cash - ledger.traded_cash(account)
    return entry


def _opening(account: Account, found: Found, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        owner_id=account.owner_id,
        account=account,
        kind=LedgerKind.OPENING,
        effective_at=found.at,
        booked_at=now,
        told_by="poll",
    )


def _activities(account: Account, found: Found, now: datetime) -> list[LedgerEntry]:
    """Known already, so that they are not booked when they are told again."""
    return [
        ledger.entry_of(account, report, before_opening=True, now=now)
        for report in found.cash
        if not report.cancelled
    ]


def _log(
    account: Account,
    found: Found,
    *,
    entries: Sequence[LedgerEntry],
    actor: Actor,
    now: datetime,
) -> None:
    openings = [one for one in entries if one.kind == LedgerKind.OPENING]
    record(
        AuditAction.ACCOUNT_OPENED,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload={
            "opened_at": found.at,
            "cash": sum((one.amount for one in openings), Decimal(0)),
            "holdings": [
                {"symbol": one.symbol, "quantity": one.quantity, "price": one.price}
                for one in openings
                if one.symbol
            ],
            "working_orders": len(found.orders),
            "activities_before": [one.activity_id for one in found.cash],
        },
        now=now,
    )
