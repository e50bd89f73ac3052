"""Polling accounts: often while orders work, seldom when all is quiet."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from celery import shared_task
from django.db.models import Q

from brokers.domain.errors import BrokerError
from brokers.models import Account, Connection, ConnectionState, Order
from brokers.orders.sync import sync_account as sync
from brokers.orders.turns import TurnTaken
from brokers.sessions.connecting import refresh_instruments, refresh_venue
from brokers.sessions.reachability import note_failure
from brokers.tasks.market import fetch_daily
from tradedesk.core.clock import SYSTEM_CLOCK


# The stream brings news at once; polling proves that none was missed.
POLL_QUIET = timedelta(seconds=60)
POLL_BUSY = timedelta(seconds=5)


@shared_task(name="brokers.tasks.sync_account", expires=60)
def sync_account(account_id: int, asked_at: str | None = None) -> None:
    """Read an account, unless that was begun since it was asked for."""
    if asked_at is not None:
        moment = datetime.fromisoformat(asked_at)
        if Account.objects.filter(pk=account_id, reported_at__gt=moment).exists():
            return
    try:
        sync(account_id, SYSTEM_CLOCK)
    except TurnTaken:
        # Begun before this was asked for, perhaps: a reading after it is still owed.
        if asked_at is not None:
            asked = (account_id, asked_at)
            sync_account.apply_async(args=asked, countdown=1, expires=60)


@shared_task(name="brokers.tasks.sync_accounts", expires=10)
def sync_accounts() -> None:
    """Poll the accounts that are due."""
    for account_id in due_accounts(SYSTEM_CLOCK.now()):
        sync_account.delay(account_id)


def due_accounts(now: datetime) -> list[int]:
    """Often while orders work, seldom when all is quiet, and not while a broker that
    does not answer is given a rest.
    """
    usable = Account.objects.exclude(connection__state=ConnectionState.DISABLED)
    usable = usable.exclude(connection__retry_at__gt=now)
    busy = Order.objects.open().values("account")
    due = Q(reported_at=None) | Q(reported_at__lt=now - POLL_QUIET)
    due |= Q(pk__in=busy, reported_at__lt=now - POLL_BUSY)
    return list(usable.filter(due).order_by("pk").values_list("pk", flat=True))


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
        with suppress(TurnTaken):
            sync(account_id, SYSTEM_CLOCK)
    fetch_daily(connection)
