"""Adding a connection: credentials stored encrypted, tested by reading, accounts found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from brokers.domain.errors import BrokerError, NotAuthorised
from brokers.domain.reports import AccountReport
from brokers.market.instruments import store_instruments
from brokers.models import Account, AccountMode, Connection, ConnectionState
from brokers.sessions.reading import open_reader
from brokers.wire import retry
from brokers.wire.budget import Priority
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import InvalidInputError, TryLaterError


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConnection:
    """What a person filled in; `endpoints` only where the registry lets them differ."""

    slug: str
    environment: str
    label: str
    credentials: Mapping[str, str]
    endpoints: Mapping[str, str]


def connect(new: NewConnection, *, owner: User, actor: Actor, clock: Clock) -> Account:
    """Test the credentials by reading the account, then keep connection and account.

    The venue is read first and nothing is stored unless it answered.

    Raises:
        InvalidInputError: the broker refuses the credentials.
        TryLaterError: the broker does not answer.
    """
    connection = Connection(
        owner=owner,
        slug=new.slug,
        environment=new.environment,
        label=new.label,
        credentials=json.dumps(dict(new.credentials)),
        endpoints=dict(new.endpoints),
        created_at=clock.now(),
    )
    report = _ask(connection)
    with transaction.atomic():
        return _keep(connection, report, actor=actor, now=clock.now())


def _ask(connection: Connection) -> AccountReport:
    try:
        return retry.read(open_reader(connection), lambda one: one.get_account())
    except BrokerError as error:
        raise _told(error) from error


def _told(error: BrokerError) -> InvalidInputError | TryLaterError:
    if isinstance(error, NotAuthorised):
        return InvalidInputError(
            f"The broker refused these credentials: {error.message} Check both fields, "
            "and that they are for this environment."
        )
    return TryLaterError(
        f"The broker does not answer: {error.message} Nothing was stored; try again."
    )


def _keep(
    connection: Connection, report: AccountReport, *, actor: Actor, now: datetime
) -> Account:
    connection.state = ConnectionState.CONNECTED
    connection.reached_at = now
    connection.save()
    account = Account.objects.create(
        owner=connection.owner,
        connection=connection,
        broker_account_id=report.broker_account_id,
        number=report.account_number,
        name=connection.label,
        mode=AccountMode(connection.environment),
        currency=report.currency,
        active=report.active,
        trading_blocked=report.trading_blocked,
        blocked_reason=report.blocked_reason,
        shorting_enabled=report.shorting_enabled,
        cash=report.cash,
        equity=report.equity,
        last_equity=report.last_equity,
        buying_power=report.buying_power,
        initial_margin=report.initial_margin,
        maintenance_margin=report.maintenance_margin,
        multiplier=report.multiplier,
        reported_at=now,
    )
    record(
        AuditAction.ACCOUNT_CONNECTED,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload={
            "broker": connection.slug,
            "environment": connection.environment,
            "label": connection.label,
            "number": report.account_number,
        },
        now=now,
    )
    return account


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One step of the connection test: what was tried and what came of it."""

    step: str
    passed: bool
    detail: str
    milliseconds: int


def probe(connection: Connection, clock: Clock) -> list[Probe]:
    """Read account, positions, orders, clock and a quote; changes nothing."""
    reader = open_reader(connection)
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Account", lambda: f"number {reader.get_account().account_number}"),
        ("Positions", lambda: f"{len(reader.get_positions())} held"),
        ("Orders", lambda: f"{len(reader.list_orders(open_only=True))} working"),
        ("Venue clock", lambda: "open" if reader.get_clock().is_open else "closed"),
        ("Instruments", lambda: f"{len(reader.get_instruments())} listed"),
    )
    results = []
    for step, call in steps:
        started = clock.now()
        try:
            passed, detail = True, call()
        except BrokerError as error:
            passed, detail = False, error.message
        took = int((clock.now() - started).total_seconds() * 1000)
        results.append(
            Probe(step=step, passed=passed, detail=detail, milliseconds=took)
        )
    return results


def refresh_venue(connection: Connection, clock: Clock) -> None:
    """Ask the venue whether it is open, and for its next sessions. May raise
    BrokerError; what was known stays known.
    """
    reader = open_reader(connection, Priority.POLL)
    told = reader.get_clock()
    now = clock.now()
    sessions = reader.get_calendar(now - timedelta(days=1), now + timedelta(days=7))
    connection.venue_is_open = told.is_open
    connection.venue_next_open = told.next_open
    connection.venue_next_close = told.next_close
    connection.venue_told_at = now
    connection.calendar = [
        {
            "day": session.day.isoformat(),
            "opens": session.opens.isoformat(),
            "closes": session.closes.isoformat(),
            "extended_opens": session.extended_opens.isoformat(),
            "extended_closes": session.extended_closes.isoformat(),
        }
        for session in sessions
    ]
    connection.save(
        update_fields=[
            "venue_is_open",
            "venue_next_open",
            "venue_next_close",
            "venue_told_at",
            "calendar",
        ]
    )


def refresh_instruments(connection: Connection, clock: Clock) -> None:
    """Read what the broker lists. May raise BrokerError; nothing is lost then."""
    reader = open_reader(connection, Priority.MARKET_DATA)
    reports = retry.read(reader, lambda one: one.get_instruments())
    store_instruments(connection.feed, reports, clock.now())
