"""What venues say of themselves: clock, sessions, instruments."""

from __future__ import annotations

from celery import shared_task

from brokers.domain.errors import BrokerError
from brokers.models import Connection
from brokers.sessions.connecting import refresh_instruments, refresh_venue
from brokers.sessions.reachability import note_failure, note_success, reachable
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="brokers.tasks.refresh_venues", expires=20)
def refresh_venues() -> None:
    """Ask each venue for its clock and sessions, and make up for a silent stream."""
    for connection in reachable(SYSTEM_CLOCK.now()):
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
    for connection in reachable(SYSTEM_CLOCK.now()):
        if connection.feed in seen:
            continue
        seen.add(connection.feed)
        try:
            refresh_instruments(connection, SYSTEM_CLOCK)
        except BrokerError as error:
            note_failure(connection, error, SYSTEM_CLOCK.now())
