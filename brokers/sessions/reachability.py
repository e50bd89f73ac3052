"""Whether a connection's broker answers: shown, told, and asked less often when not."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from brokers.domain.errors import BrokerError, NotAuthorised, RateLimited
from brokers.models import Connection, ConnectionState
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import system
from tradedesk.web import events


# Polls of a broker that does not answer wait twice as long each time, at most a minute,
# and a little more or less, so that many desks do not come back in one instant.
FIRST_WAIT = 2.0
LONGEST_WAIT = 60.0
SPREAD = 0.3
MOST_DOUBLINGS = 6
DETAIL_LENGTH = 300


def wait_after(failures: int) -> timedelta:
    """How long polling rests after so many failures in a row."""
    doubled = FIRST_WAIT * 2.0 ** min(failures - 1, MOST_DOUBLINGS)
    spread = 1 + SPREAD * (2 * secrets.SystemRandom().random() - 1)
    return timedelta(seconds=min(doubled, LONGEST_WAIT) * spread)


def note_failure(connection: Connection, error: BrokerError, now: datetime) -> None:
    """A broker that does not answer is shown as such; what we know is kept.

    One that says "too many requests" does answer: it is only asked later.
    """
    if isinstance(error, RateLimited):
        wait = max(timedelta(seconds=error.retry_after), wait_after(1))
        Connection.objects.filter(pk=connection.pk).update(retry_at=now + wait)
        return
    refused = isinstance(error, NotAuthorised)
    state = ConnectionState.UNAUTHORISED if refused else ConnectionState.UNREACHABLE
    rows = Connection.objects.filter(pk=connection.pk)
    with transaction.atomic():
        rows.update(
            failures=F("failures") + 1, down_since=Coalesce("down_since", Value(now))
        )
        row = rows.get()
        rows.update(retry_at=now + wait_after(row.failures))
        _move(row, state, detail=error.message, now=now)


def reachable(now: datetime) -> QuerySet[Connection]:
    """The connections that may be polled: in use, and not given a rest."""
    usable = Connection.objects.exclude(state=ConnectionState.DISABLED)
    return usable.exclude(retry_at__gt=now).order_by("pk")


def note_success(connection: Connection, now: datetime) -> None:
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            reached_at=now, failures=0, retry_at=None, down_since=None
        )
        row = Connection.objects.get(pk=connection.pk)
        _move(row, ConnectionState.CONNECTED, detail="", now=now)


def _move(
    connection: Connection, state: ConnectionState, *, detail: str, now: datetime
) -> None:
    detail = detail[:DETAIL_LENGTH]
    moved = (
        Connection.objects.filter(pk=connection.pk)
        .exclude(state=state)
        .exclude(state=ConnectionState.DISABLED)
        .update(state=state, state_detail=detail)
    )
    if not moved:
        return
    events.publish(connection.owner_id, "account", {"connection": str(connection.pk)})
    record(
        AuditAction.ACCOUNT_SYNCED,
        actor=system("sync"),
        subject="connection",
        subject_id=connection.pk,
        payload={"from": connection.state, "to": state, "detail": detail},
        now=now,
    )
