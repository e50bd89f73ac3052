"""Polling is the truth: reading an account so that nothing a stream dropped is missed.

Run after each start, connect and command, and every few seconds while orders work. It
heals over a window longer than any outage seen, so it does not matter when it last ran.
A query that fails leaves everything as it was, shown as stale, never as flat.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from brokers.domain.errors import BrokerError
from brokers.domain.ports import Reader
from brokers.models import Account
from brokers.orders import inferring, known, ledger
from brokers.orders.conflicts import tried_again
from brokers.orders.figures import take_account, take_positions
from brokers.orders.ingest import ingest
from brokers.orders.locks import lock_account
from brokers.orders.opening import open_book
from brokers.orders.reading import (
    FURTHEST,
    Reading,
    Window,
    holds_something,
    note_reach,
    read_account,
)
from brokers.orders.turns import turn_of
from brokers.orders.unfamiliar import note_unfamiliar
from brokers.sessions.context import budget_of
from brokers.sessions.reachability import note_failure, note_success
from brokers.sessions.reading import open_reader
from brokers.wire.budget import Priority
from tradedesk.core.actor import broker
from tradedesk.core.clock import Clock
from tradedesk.notifications.services import NoticeKind, Severity, notify
from tradedesk.web import events


log = structlog.get_logger(__name__)

# What a reading of one page each asks: clock, fills, orders, cash, account, positions.
REQUESTS = 6


def sync_account(
    account_id: int, clock: Clock, patience: timedelta = timedelta(0)
) -> bool:
    """Bring the book up to the broker. False when the broker did not answer, or may
    not be asked that often.

    Raises:
        TurnTaken: another process reads this account now, and still does after
            `patience`.
    """
    with turn_of(account_id, patience):
        return _sync(account_id, clock)


def _sync(account_id: int, clock: Clock) -> bool:
    account = Account.objects.select_related("connection").get(pk=account_id)
    started = clock.now()
    try:
        if not budget_of(account.connection).affords(REQUESTS, Priority.POLL):
            return False  # part of a reading is none, and would only cost requests
        reader = open_reader(account.connection, Priority.POLL)
        if not _is_open(account, reader, clock):
            return False
        reading = read_account(reader, account, started)
        take_reading(account_id, reading, started=started, now=clock.now())
        _infer(account, reader, reading.window, clock=clock)
        note_unfamiliar(account.connection, reader.unfamiliar, clock.now())
    except BrokerError as error:
        note_failure(account.connection, error, clock.now())
        return False
    note_success(account.connection, clock.now())
    return True


def _is_open(account: Account, reader: Reader, clock: Clock) -> bool:
    """The first reading of an account opens its book."""
    if account.opened_at is not None:
        return True
    if not open_book(account, reader, clock):
        log.warning("account_moves_too_fast_to_open", account=account.pk)
        return False
    account.refresh_from_db()
    return True


def take_reading(
    account_id: int, reading: Reading, *, started: datetime, now: datetime
) -> bool:
    """Everything read, through the door that all news takes. False when some of it
    names orders that nobody could place: the next sync reaches back as far again.

    `started` is when the reading began, by our clock.
    """
    account = Account.objects.get(pk=account_id)
    news = known.unread(account, orders=reading.orders, fills=reading.fills)
    complete = True
    if news.orders or news.fills:
        complete = not ingest(account_id, news, now).unknown
    _write(account_id, reading, started=started, now=now, complete=complete)
    if complete:
        note_reach(account, reading.window.reach)
    return complete


def _infer(account: Account, reader: Reader, window: Window, *, clock: Clock) -> None:
    """What was filled by the broker's own count and stands in no list, even when the
    list is asked for once more and from further back.
    """
    if not inferring.missing_orders(account, clock.now()).exists():
        return
    fills = reader.list_fills(after=window.orders - FURTHEST.orders)
    news = known.unread(account, orders=(), fills=fills)
    if news.fills:
        ingest(account.pk, news, clock.now())
    inferring.infer_missing(account.pk, clock.now())


@tried_again
@transaction.atomic(durable=True)
def _write(
    account_id: int,
    reading: Reading,
    *,
    started: datetime,
    now: datetime,
    complete: bool,
) -> None:
    account = lock_account(account_id)
    take_account(account, reading.account, started)
    if complete:
        account.synced_at = started
    account.save()
    if reading.positions or not holds_something(account):
        take_positions(account, reading.positions, started)
    else:
        _tell_of_empty_list(account, now)
    actor = broker(account.connection.label)
    ledger.book_cash(account, reading.cash, actor=actor, now=now)
    events.publish(account.owner_id, "account", {"account": str(account.pk)})


def _tell_of_empty_list(account: Account, now: datetime) -> None:
    """Asked twice, the broker lists nothing, and no fill says that it was sold.

    That is a difference and not a fact: what the book holds stays held, and the last
    figures of the broker's stay as old as they are.
    """
    notify(
        account.owner_id,
        kind=NoticeKind.CONNECTION,
        severity=Severity.WARNING,
        title=f"{account.name}: the broker lists no positions",
        body="The book holds some, and no fill or transfer explains why they would be "
        "gone. They are kept as held; look at the broker's own page.",
        url="/positions/",
        key=f"no-positions:{account.pk}",
        now=now,
    )
