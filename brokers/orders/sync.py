"""Polling is the truth: reading an account so that nothing a stream dropped is missed.

Run after each start, connect and command, and every few seconds while orders work. It
heals over a window longer than any outage seen, so it does not matter when it last ran.
A query that fails leaves everything as it was, shown as stale, never as flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from brokers.domain.errors import BrokerError, NotAuthorised, NotFound
from brokers.domain.ports import Reader
from brokers.domain.reports import (
    AccountReport,
    FillReport,
    OrderReport,
    PositionReport,
)
from brokers.models import Account, Connection, ConnectionState, Order, Position
from brokers.orders import known
from brokers.orders.ingest import News, ingest
from brokers.orders.locks import lock_account
from brokers.sessions.reading import open_reader
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system
from tradedesk.core.clock import Clock
from tradedesk.web import events


# Read back this much further than the last complete sync.
OVERLAP = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything one sync read, complete or not at all."""

    account: AccountReport
    orders: Sequence[OrderReport]
    fills: Sequence[FillReport]
    positions: Sequence[PositionReport]


def sync_account(account_id: int, clock: Clock) -> bool:
    """Bring the book up to the broker. False when the broker did not answer."""
    account = Account.objects.select_related("connection").get(pk=account_id)
    started = clock.now()
    after = None if account.synced_at is None else account.synced_at - OVERLAP
    try:
        reading = _read(open_reader(account.connection), account, after)
    except BrokerError as error:
        note_failure(account.connection, error, clock.now())
        return False
    note_success(account.connection, clock.now())
    news = News(
        told_by="poll",
        orders=known.new_orders(account, reading.orders),
        fills=known.new_fills(account, reading.fills),
    )
    result = ingest(account_id, news, clock.now())
    _write(account_id, reading, started, complete=not result.unknown)
    return True


def _read(reader: Reader, account: Account, after: datetime | None) -> Reading:
    """Fills are read before positions, so that a position is never older than they."""
    orders = list(reader.list_orders(open_only=False, after=after))
    listed = {report.broker_order_id for report in orders}
    orders += _listed_elsewhere(reader, account, listed)
    fills = reader.list_fills(after=after)
    told = listed | {leg.broker_order_id for one in orders for leg in one.legs}
    strangers = {fill.broker_order_id for fill in fills} - told
    orders += _fetch(reader, _unknown_ids(account, strangers))
    return Reading(
        account=reader.get_account(),
        orders=orders,
        fills=fills,
        positions=reader.get_positions(),
    )


def _listed_elsewhere(
    reader: Reader, account: Account, listed: set[str]
) -> list[OrderReport]:
    """Orders that work here and are not in the list: asked for one by one, since a list
    may leave one out and its absence proves nothing.
    """
    ours = (
        Order.objects.open()
        .filter(account=account, parent=None)
        .exclude(broker_order_id="")
        .exclude(broker_order_id__in=listed)
    )
    return _fetch(reader, list(ours.values_list("broker_order_id", flat=True)))


def _unknown_ids(account: Account, ids: set[str]) -> list[str]:
    named = Order.objects.filter(
        account=account, references__broker_order_id__in=ids
    ).values_list("references__broker_order_id", flat=True)
    return sorted(ids - set(named))


def _fetch(reader: Reader, broker_order_ids: Sequence[str]) -> list[OrderReport]:
    found = []
    for broker_order_id in broker_order_ids:
        try:
            found.append(reader.get_order(broker_order_id))
        except NotFound:
            continue  # proved absent; the order keeps its state for a person to see
    return found


@transaction.atomic(durable=True)
def _write(
    account_id: int, reading: Reading, started: datetime, *, complete: bool
) -> None:
    account = lock_account(account_id)
    _take_account(account, reading.account, started)
    if complete:
        account.synced_at = started
    account.save()
    _take_positions(account, reading.positions, started)
    events.publish(account.owner_id, "account", {"account": str(account.pk)})


def _take_account(account: Account, report: AccountReport, now: datetime) -> None:
    for name in (
        "active",
        "trading_blocked",
        "blocked_reason",
        "shorting_enabled",
        "currency",
        "cash",
        "equity",
        "last_equity",
        "buying_power",
        "initial_margin",
        "maintenance_margin",
        "multiplier",
    ):
        setattr(account, name, getattr(report, name))
    account.number = report.account_number
    account.reported_at = now


def _take_positions(
    account: Account, reports: Sequence[PositionReport], now: datetime
) -> None:
    """The broker's own figures, beside ours; a difference shows and is kept."""
    told = {report.symbol: report for report in reports}
    held = {p.symbol: p for p in Position.objects.filter(account=account)}
    for symbol in sorted(told.keys() | held.keys()):
        position = held.get(symbol) or Position(
            owner_id=account.owner_id,
            account=account,
            symbol=symbol,
            quantity=0,
            changed_at=now - timedelta(microseconds=1),
        )
        report = told.get(symbol)
        position.broker_quantity = report.quantity if report else 0
        position.broker_price = report.average_price if report else None
        position.broker_told_at = now
        position.save()


def note_failure(connection: Connection, error: BrokerError, now: datetime) -> None:
    """A broker that does not answer is shown as such; what we know is kept."""
    refused = isinstance(error, NotAuthorised)
    state = ConnectionState.UNAUTHORISED if refused else ConnectionState.UNREACHABLE
    _note(connection, state, detail=error.message, now=now)


def note_success(connection: Connection, now: datetime) -> None:
    _note(connection, ConnectionState.CONNECTED, detail="", now=now)


@transaction.atomic
def _note(
    connection: Connection, state: ConnectionState, *, detail: str, now: datetime
) -> None:
    changed = {"state": state, "state_detail": detail[:300]}
    if state == ConnectionState.CONNECTED:
        Connection.objects.filter(pk=connection.pk).update(reached_at=now)
    moved = (
        Connection.objects.filter(pk=connection.pk)
        .exclude(state=state)
        .exclude(state=ConnectionState.DISABLED)
        .update(**changed)
    )
    if not moved:
        return
    record(
        AuditAction.ACCOUNT_SYNCED,
        actor=system("sync"),
        subject="connection",
        subject_id=connection.pk,
        payload={"from": connection.state, "to": state, "detail": detail[:300]},
        now=now,
    )
    events.publish(connection.owner_id, "account", {"connection": str(connection.pk)})
