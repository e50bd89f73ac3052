"""What statements tell of the ends of days: first stops, the first cash, and breaks.

Holdings and balances are never booked. The first balance says what the account's cash
began with, the last one is what the book is compared with, and the first stop of a
holding is what its entry risked. Nothing of it is forced: a difference is a break.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db.models import QuerySet

from brokers.domain.orders import Side
from brokers.models import Account, Fill, Order, OrderSource
from brokers.orders import statement_accounts
from brokers.orders.giving_way import NEW_YORK
from brokers.reconciliation import by_statement
from brokers.reconciliation.by_statement import Told
from journal.importing import referee
from journal.models import (
    BookMark,
    Fate,
    ImportState,
    RowKind,
    StatementImport,
    StatementRow,
)
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor


_TOLD = frozenset({RowKind.HOLDING, RowKind.BALANCE})


def settle(
    statement: StatementImport,
    rows: Sequence[StatementRow],
    *,
    user: User | None,
    actor: Actor,
    now: datetime,
) -> set[str]:
    """After rows came or went, in their transaction, under the account's lock: the first
    cash, the stops and the breaks as they are now. Symbols whose stops changed.
    """
    account = statement.account
    assert account is not None  # noqa: S101 - a stored statement has one
    if not account.connection.is_by_statement:
        return set()
    _begin(account, now)
    told_here = any(row.kind in _TOLD for row in rows)
    changed = _set_stops(account) if told_here else set()
    last = last_told(account)
    if last is not None:
        run = by_statement.reconcile_told(account, last, requested_by=user, now=now)
        statement.runs.add(run)
    elif told_here:
        by_statement.clear_untold(account, actor=actor, now=now)
    return changed


def _rows(account: Account, kind: RowKind) -> QuerySet[StatementRow]:
    return StatementRow.objects.filter(
        statement__account=account,
        statement__state=ImportState.STORED,
        kind=kind,
        fate=Fate.NEW,
    )


def last_told(account: Account) -> Told | None:
    """The newest balance with cash, and the holdings of that day."""
    balances = _rows(account, RowKind.BALANCE).filter(amount__isnull=False)
    last = balances.order_by("-day", "-pk").first()
    if last is None or last.day is None:
        return None
    held = _rows(account, RowKind.HOLDING).filter(day=last.day)
    return Told(
        day=last.day,
        cash=last.amount,
        held={
            row.symbol: (row.quantity or Decimal(0), row.cost)
            for row in held.order_by("pk")
            if "SELL" not in row.detail.upper()
        },
    )


def _begin(account: Account, now: datetime) -> None:
    """The opening that makes the book agree with the first balance told."""
    first = (
        _rows(account, RowKind.BALANCE)
        .filter(amount__isnull=False)
        .order_by("day", "pk")
        .first()
    )
    nowhere = datetime.min.replace(tzinfo=UTC)
    if first is None or first.day is None or first.amount is None:
        statement_accounts.begin_with(account, None, at=nowhere, now=now)
        return
    known = statement_accounts.beginning(account)
    derived = by_statement.cash_on(account, first.day) - known
    at = datetime.combine(_first_day(account, first.day), time(), UTC)
    statement_accounts.begin_with(account, first.amount - derived, at=at, now=now)


def _first_day(account: Account, told: date) -> date:
    oldest = Fill.objects.filter(account=account).order_by("executed_at").first()
    if oldest is None:
        return told
    return min(told, oldest.executed_at.astimezone(NEW_YORK).date())


def _set_stops(account: Account) -> set[str]:
    """The stops of entries as the holdings tell them now; their trades count again."""
    stops = referee.stops_of(account)
    entries = Order.objects.filter(
        account=account, source=OrderSource.STATEMENT, side=Side.BUY.value
    )
    changed = []
    for order in entries.order_by("pk"):
        day = order.created_at.astimezone(NEW_YORK).date()
        stop = referee.first_stop(stops, order.symbol, day)
        if order.stop_loss_price != stop:
            order.stop_loss_price = stop
            changed.append(order)
    Order.objects.bulk_update(changed, ["stop_loss_price"], batch_size=1000)
    symbols = {order.symbol for order in changed}
    # What was settled before is read again: no fill says that a stop is another one.
    marks = BookMark.objects.filter(account=account, symbol__in=symbols)
    marks.update(settled_at=None)
    return symbols
