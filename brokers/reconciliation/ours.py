"""Our side: the book over the same stretch of time as the broker's answers.

A fixed number of queries whatever the account holds. Only what the broker could have
listed is held against its answer: what began before the book was opened is in the
opening entries, and what lies at the edge of the stretch asked for is left out unless
the broker lists it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from brokers.domain.orders import OPEN_STATUSES, OrderStatus, Side
from brokers.domain.reports import CashKind
from brokers.models import (
    Account,
    BrokerReference,
    Fill,
    LedgerEntry,
    Order,
    Position,
)
from brokers.orders import ledger
from brokers.reconciliation.sides import (
    ActivityRow,
    BookSide,
    BrokerSide,
    FillRow,
    HoldingRow,
    OrderRow,
)
from brokers.reconciliation.theirs import Reading, flat
from brokers.reconciliation.told import side_of


# An order on its way for longer than this should have arrived.
ON_ITS_WAY = timedelta(minutes=5)
_Row = TypeVar("_Row")
_CHUNK = 10_000
_OPEN = frozenset(status.value for status in OPEN_STATUSES)
_UNSENT = (OrderStatus.DRAFT.value, OrderStatus.DENIED.value)
_SIGN = {Side.BUY.value: 1, Side.SELL.value: -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    ours: BookSide
    theirs: BrokerSide


def both_sides(account: Account, reading: Reading, now: datetime) -> BothSides:
    """The book as it is now, and the reading without what no book of ours can hold."""
    theirs = side_of(reading)
    ours = BookSide(
        orders=None
        if theirs.orders is None
        else _orders(account, reading.since, theirs.orders, now=now),
        fills=None
        if theirs.fills is None
        else _fills(account, reading.since, theirs.fills),
        positions=_positions(account),
        activities=None
        if theirs.activities is None
        else _activities(account, reading.since, theirs.activities),
        cash=ledger.cash_of(account),
    )
    both = BothSides(ours=ours, theirs=theirs)
    if account.opened_at is None:
        return both
    return replace(both, theirs=_since_opening(both, reading, account.opened_at))


# Orders


def _orders(
    account: Account,
    since: datetime | None,
    listed: Collection[str],
    *,
    now: datetime,
) -> dict[str, OrderRow]:
    recent = Q(status__in=_OPEN)
    recent |= Q() if since is None else Q(created_at__gt=since)
    found = _order_rows(account, recent, now)
    missing = [key for key in listed if key not in found]
    for start in range(0, len(missing), _CHUNK):
        ids = missing[start : start + _CHUNK]
        named = BrokerReference.objects.filter(account=account, broker_order_id__in=ids)
        older = _order_rows(account, Q(pk__in=named.values("order")), now)
        found.update({key: row for key, row in older.items() if key in listed})
    return found


def _order_rows(account: Account, which: Q, now: datetime) -> dict[str, OrderRow]:
    orders = Order.objects.filter(which, account=account).exclude(status__in=_UNSENT)
    executed = dict(
        Fill.objects.filter(order__in=orders.values("pk"), busted_at=None)
        .order_by()
        .values_list("order")
        .annotate(Sum("quantity"))
    )
    versions = set(
        BrokerReference.objects.filter(account=account)
        .order_by()
        .values_list("order", flat=True)
        .annotate(versions=Count("pk"))
        .filter(versions__gt=1)
    )
    rows: dict[str, OrderRow] = {}
    for pk, key, status, opening, quantity, symbol, sent in orders.values_list(
        "pk",
        "broker_order_id",
        "status",
        "opening_quantity",
        "quantity",
        "symbol",
        Coalesce("submitted_at", "created_at"),
    ).iterator(chunk_size=_CHUNK):
        filled = None if pk in versions else opening + executed.get(pk, 0)
        if key:
            rows[key] = OrderRow(status, filled, quantity, symbol)
        elif status in _OPEN and sent < now - ON_ITS_WAY:
            rows[f"unanswered:{pk}"] = OrderRow(status, filled, quantity, symbol)
    return rows


# Executions


_FILL = (
    "execution_id",
    "broker_order_id",
    "symbol",
    "side",
    "quantity",
    "price",
    "executed_at",
    "inferred",
)


def _fills(
    account: Account, since: datetime | None, listed: Collection[str]
) -> dict[str, FillRow]:
    standing = Fill.objects.filter(account=account, busted_at=None)
    within = standing if since is None else standing.filter(executed_at__gt=since)
    found = dict(_fill_rows(within.values_list(*_FILL).iterator(chunk_size=_CHUNK)))
    missing = [key for key in listed if key not in found]
    for start in range(0, len(missing), _CHUNK):
        ids = missing[start : start + _CHUNK]
        edge = standing.filter(execution_id__in=ids)
        found.update(_fill_rows(edge.values_list(*_FILL).iterator()))
    return found


def _fill_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, FillRow]]:
    for key, order, symbol, side, quantity, price, at, inferred in rows:
        signed = _SIGN[side] * quantity
        instant = at.astimezone(UTC).isoformat()
        yield key, FillRow(order, symbol, signed, price, instant, inferred)


# Holdings and cash


def _positions(account: Account) -> dict[str, HoldingRow]:
    held = Position.objects.filter(account=account).exclude(quantity=0)
    rows = held.values_list("symbol", "quantity", "average_price")
    return {symbol: HoldingRow(quantity, price) for symbol, quantity, price in rows}


def _activities(
    account: Account, since: datetime | None, listed: Collection[str]
) -> dict[str, ActivityRow]:
    booked = LedgerEntry.objects.filter(account=account, reversed_by=None)
    booked = booked.exclude(activity_id="")
    wanted = Q(activity_id__in=list(listed))
    wanted |= Q() if since is None else Q(effective_at__gt=since)
    return {
        key: ActivityRow(CashKind(kind), amount, symbol)
        for key, kind, amount, symbol in booked.filter(wanted).values_list(
            "activity_id", "cash_kind", "amount", "symbol"
        )
    }


# What no book of ours can hold


def _since_opening(both: BothSides, reading: Reading, began: datetime) -> BrokerSide:
    """Without orders that had ended, executions and cash from before the opening."""
    ours, theirs = both.ours, both.theirs
    orders = {
        one.broker_order_id
        for one in flat(reading.orders or ())
        if (one.submitted_at is None or one.submitted_at <= began)
        and not (one.status and one.status.is_open)
    }
    fills = {
        one.execution_id for one in reading.fills or () if one.executed_at <= began
    }
    cash = {one.activity_id for one in reading.cash or () if one.occurred_at <= began}
    return replace(
        theirs,
        orders=_without(theirs.orders, orders, ours.orders),
        fills=_without(theirs.fills, fills, ours.fills),
        activities=_without(theirs.activities, cash, ours.activities),
    )


def _without(
    rows: Mapping[str, _Row] | None,
    older: set[str],
    booked: Mapping[str, _Row] | None,
) -> Mapping[str, _Row] | None:
    """The rows without the older ones, unless the book has them all the same."""
    gone = older - (booked or {}).keys()
    if rows is None or not gone:
        return rows
    return {key: row for key, row in rows.items() if key not in gone}
