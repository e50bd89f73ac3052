"""Background work. Each task may come twice, late or never: the rows say what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from celery import shared_task
from django.db.models import Q

from brokers.domain.errors import BrokerError
from brokers.domain.orders import CommandKind, CommandStatus
from brokers.domain.reports import BarInterval
from brokers.market import bars, quotes
from brokers.models import (
    Account,
    Command,
    Connection,
    ConnectionState,
    Order,
    WatchlistItem,
)
from brokers.orders import amend, cancel, submission
from brokers.orders.sync import note_failure, note_success
from brokers.orders.sync import sync_account as sync
from brokers.sessions.connecting import refresh_instruments, refresh_venue
from brokers.sessions.reading import open_reader
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import events


log = structlog.get_logger(__name__)

SENDERS = {
    CommandKind.SUBMIT: submission.send_submission,
    CommandKind.CANCEL: cancel.send_cancel,
    CommandKind.AMEND: amend.send_amend,
}
SETTLERS = {
    CommandKind.SUBMIT: submission.settle_submission,
    CommandKind.CANCEL: cancel.settle_cancel,
    CommandKind.AMEND: amend.settle_amend,
}
# The stream brings news at once; polling proves that none was missed.
POLL_QUIET = timedelta(seconds=60)
POLL_BUSY = timedelta(seconds=5)
VENUE_EVERY = timedelta(seconds=60)
SWEEP_AT_MOST = 200


@shared_task(name="brokers.tasks.send")
def send(command_id: int) -> None:
    """Send a queued command; a no-op when it has been sent already."""
    kind = Command.objects.values_list("kind", flat=True).get(pk=command_id)
    SENDERS[CommandKind(kind)](command_id, SYSTEM_CLOCK)


@shared_task(name="brokers.tasks.settle")
def settle(command_id: int) -> None:
    """Look up a sent command without an answer; a no-op when it has one."""
    kind = Command.objects.values_list("kind", flat=True).get(pk=command_id)
    SETTLERS[CommandKind(kind)](command_id, SYSTEM_CLOCK)


@shared_task(name="brokers.tasks.sweep_outbox", expires=10)
def sweep_outbox() -> None:
    """Re-drive every command that is due: whatever the queue lost is found here."""
    due = Command.objects.filter(
        status__in=[CommandStatus.QUEUED.value, CommandStatus.SENT.value],
        due_at__lte=SYSTEM_CLOCK.now(),
    ).order_by("due_at")[:SWEEP_AT_MOST]
    for pk, status in due.values_list("pk", "status"):
        task = send if status == CommandStatus.QUEUED.value else settle
        task.apply_async(args=(pk,), expires=30)


@shared_task(name="brokers.tasks.sync_account", expires=60)
def sync_account(account_id: int, asked_at: str | None = None) -> None:
    """Read an account, unless that was begun since it was asked for."""
    if asked_at is not None:
        moment = datetime.fromisoformat(asked_at)
        if Account.objects.filter(pk=account_id, reported_at__gt=moment).exists():
            return
    sync(account_id, SYSTEM_CLOCK)


@shared_task(name="brokers.tasks.sync_accounts", expires=10)
def sync_accounts() -> None:
    """Poll the accounts that are due: often while orders work, seldom when quiet."""
    now = SYSTEM_CLOCK.now()
    usable = Account.objects.exclude(connection__state=ConnectionState.DISABLED)
    busy = Order.objects.open().values("account")
    due = Q(reported_at=None) | Q(reported_at__lt=now - POLL_QUIET)
    due |= Q(pk__in=busy, reported_at__lt=now - POLL_BUSY)
    for account_id in usable.filter(due).values_list("pk", flat=True):
        sync_account.delay(account_id)


@shared_task(name="brokers.tasks.refresh_venues", expires=20)
def refresh_venues() -> None:
    """Ask each venue for its clock and sessions, and make up for a silent stream."""
    for connection in Connection.objects.exclude(state=ConnectionState.DISABLED):
        _refresh_venue(connection)


def _refresh_venue(connection: Connection) -> None:
    try:
        refresh_venue(connection, SYSTEM_CLOCK)
    except BrokerError as error:
        note_failure(connection, error, SYSTEM_CLOCK.now())
    else:
        note_success(connection, SYSTEM_CLOCK.now())


@shared_task(name="brokers.tasks.refresh_instruments", expires=600)
def refresh_all_instruments() -> None:
    """Read each feed's list of instruments once, by any connection to it."""
    seen: set[str] = set()
    for connection in Connection.objects.exclude(state=ConnectionState.DISABLED):
        if connection.feed in seen:
            continue
        seen.add(connection.feed)
        try:
            refresh_instruments(connection, SYSTEM_CLOCK)
        except BrokerError as error:
            note_failure(connection, error, SYSTEM_CLOCK.now())


@shared_task(name="brokers.tasks.prepare_connection", expires=600)
def prepare_connection(connection_id: int) -> None:
    """After connecting: instruments, the venue's sessions and a first sync."""
    connection = Connection.objects.get(pk=connection_id)
    try:
        refresh_instruments(connection, SYSTEM_CLOCK)
        refresh_venue(connection, SYSTEM_CLOCK)
    except BrokerError as error:
        note_failure(connection, error, SYSTEM_CLOCK.now())
        return
    for account_id in connection.accounts.values_list("pk", flat=True):
        sync(account_id, SYSTEM_CLOCK)
    _fetch_daily(connection)


def _fetch_daily(connection: Connection) -> None:
    """Daily bars of what is watched: the ticket's average true range comes from them."""
    items = WatchlistItem.objects.filter(watchlist__owner=connection.owner_id)
    for symbol in items.values_list("symbol", flat=True).distinct():
        fetch_bars.delay(connection.pk, symbol, BarInterval.DAY_1.value)


@shared_task(name="brokers.tasks.refresh_daily_bars", expires=600)
def refresh_daily_bars() -> None:
    for connection in Connection.objects.exclude(state=ConnectionState.DISABLED):
        _fetch_daily(connection)


@shared_task(name="brokers.tasks.fetch_bars", expires=30)
def fetch_bars(connection_id: int, symbol: str, interval: str) -> None:
    """Fetch what a chart wants and tell the page that asked."""
    connection = Connection.objects.get(pk=connection_id)
    kind, now = BarInterval(interval), SYSTEM_CLOCK.now()
    try:
        found = open_reader(connection).get_bars(
            symbol, kind, now - bars.REACH[kind], now
        )
    except BrokerError as error:
        log.warning("bars_not_fetched", symbol=symbol, error=error.message)
        return
    bars.store_bars(connection.feed, kind, found)
    told = {"symbol": symbol, "interval": interval}
    events.publish(connection.owner_id, "account", told)


@shared_task(name="brokers.tasks.fetch_quotes", expires=5)
def fetch_quotes(connection_id: int, symbols: list[str]) -> None:
    """Quotes by request, for when the stream is down or knows a symbol not yet."""
    connection = Connection.objects.get(pk=connection_id)
    try:
        found = open_reader(connection).get_quotes(symbols)
    except BrokerError as error:
        log.warning("quotes_not_fetched", symbols=symbols, error=error.message)
        return
    quotes.store(connection.feed, found, SYSTEM_CLOCK.now())
    quotes.mark_feed_seen(connection.feed, SYSTEM_CLOCK.now())


@shared_task(name="brokers.tasks.refresh_quotes", expires=5)
def refresh_quotes() -> None:
    """Where a stream is silent, ask for the quotes that pages and orders need."""
    now = SYSTEM_CLOCK.now()
    for connection in Connection.objects.exclude(state=ConnectionState.DISABLED):
        seen = quotes.feed_seen_at(connection.feed)
        symbols = sorted(quotes.wanted(connection.feed, now))
        if symbols and (seen is None or now - seen > timedelta(seconds=5)):
            fetch_quotes.delay(connection.pk, symbols)
