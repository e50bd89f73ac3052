"""Everything that the System page shows, read at one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from brokers.models import UnfamiliarWord
from tradedesk.accounts.models import User
from tradedesk.audit.selectors import ChainStatus, chain_status
from tradedesk.core.clock import Clock
from tradedesk.desk.system import machine, trading
from tradedesk.desk.system.machine import Disk, Process, Queue
from tradedesk.desk.system.trading import Book, Commands, ConnectionHealth
from tradedesk.notifications.incidents import open_incidents
from tradedesk.notifications.models import Incident
from tradedesk.notifications.selectors import Outbox, outbox


GIVEN_UP_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The desk itself: for those who keep it. `skew` is the database's clock less ours."""

    processes: Sequence[Process]
    queue: Queue | None
    outbox: Outbox
    chain: ChainStatus
    disk: Disk | None
    skew: timedelta
    versions: Mapping[str, str]

    @property
    def is_skewed(self) -> bool:
        return machine.is_skewed(self.skew)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`machine` is None for who sees their own connections alone."""

    now: datetime
    incidents: Sequence[Incident]
    connections: Sequence[ConnectionHealth]
    commands: Commands
    books: Sequence[Book]
    words: Sequence[UnfamiliarWord]
    machine: Machine | None


def board(user: User, clock: Clock) -> Board:
    """All of the desk for owners, operators and compliance; else what is one's own."""
    now = clock.now()
    whose = None if user.is_staff else user
    return Board(
        now=now,
        incidents=open_incidents(whose),
        connections=trading.with_budgets(trading.connections(whose, now)),
        commands=trading.commands(whose),
        books=trading.books(whose),
        words=trading.unfamiliar(whose),
        machine=_machine(clock, now) if whose is None else None,
    )


def _machine(clock: Clock, now: datetime) -> Machine:
    return Machine(
        processes=machine.processes(clock),
        queue=machine.queue(now),
        outbox=outbox(given_up_since=now - GIVEN_UP_WITHIN),
        chain=chain_status(),
        disk=machine.disk(),
        skew=machine.clock_skew(clock),
        versions=machine.versions(),
    )
