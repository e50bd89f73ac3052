"""The desk under test: real services on the real database, a model for the broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet

from brokers import registry
from brokers.domain.orders import CommandKind, CommandStatus
from brokers.domain.reports import FillReport, OrderReport
from brokers.models import Account, Command, Order
from brokers.orders import amend, cancel, submission
from brokers.orders.ingest import News, ingest
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from tests import people
from tests.property.model_broker import Died, ModelBroker
from tests.property.model_reader import ModelReader
from tests.world import World
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK, FixedClock


SEND = {
    CommandKind.SUBMIT: submission.send_submission,
    CommandKind.CANCEL: cancel.send_cancel,
    CommandKind.AMEND: amend.send_amend,
}
SETTLE = {
    CommandKind.SUBMIT: submission.settle_submission,
    CommandKind.CANCEL: cancel.settle_cancel,
    CommandKind.AMEND: amend.settle_amend,
}


@dataclass(slots=True)
class Desk:
    """`depth` is how many transactions are open around the whole example."""

    clock: FixedClock
    broker: ModelBroker
    reader: ModelReader
    world: World
    depth: int
    sends: dict[str, int] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return self.world.account

    def in_flight(self, *statuses: CommandStatus) -> QuerySet[Command]:
        wanted = [one.value for one in statuses or (CommandStatus.SENT,)]
        return Command.objects.filter(account=self.account, status__in=wanted)

    def orders(self) -> list[Order]:
        return list(Order.objects.filter(account=self.account).order_by("pk"))

    def send(self, command: Command) -> None:
        """One attempt by a worker, who may die in it."""
        try:
            SEND[CommandKind(command.kind)](command.pk, self.clock)
        except Died:
            assert len(database.atomic_blocks) == self.depth

    def settle(self) -> None:
        for command in list(self.in_flight()):
            SETTLE[CommandKind(command.kind)](command.pk, self.clock)

    def hear(self, report: OrderReport, fill: FillReport | None) -> None:
        fills = [fill] if fill else []
        news = News(told_by="stream", orders=[report], fills=fills)
        ingest(self.account.pk, news, self.clock.now())

    def pass_time(self, seconds: float) -> None:
        self.clock.instant += timedelta(seconds=seconds)
        self.broker.arrive()

    def watch(self, client_order_id: str) -> None:
        """I1 to I3, asked at the very moment of a send."""
        assert len(database.atomic_blocks) == self.depth, "a send inside a transaction"
        command = Command.objects.get(client_order_id=client_order_id)
        assert command.state is CommandStatus.SENT, "sent without its committed row"
        taken = {one.client_order_id for one in self.broker.orders.values()}
        assert client_order_id not in taken, "sent again though it had arrived"
        self.sends[client_order_id] = self.sends.get(client_order_id, 0) + 1
        assert self.sends[client_order_id] <= command.sends, "more sends than claims"


@contextmanager
def a_desk() -> Iterator[Desk]:
    """One example: everything that it wrote is gone again afterwards."""
    clock = FixedClock(SYSTEM_CLOCK.now())
    broker = ModelBroker(clock=clock, watch=lambda _: None)
    reader = ModelReader(broker)
    whole: Any = transaction.atomic()
    # As in Django's own TestCase: durable transactions may stand inside this one.
    whole._from_testcase = True
    with registered(broker, reader), whole:
        user = people.person("model")
        account = _connect(user, clock)
        world = World(exchange=None, user=user, account=account, clock=clock)  # type: ignore[arg-type] # there is none
        depth = len(database.atomic_blocks)
        desk = Desk(clock, broker, reader, world, depth)
        broker.watch = desk.watch
        yield desk
        transaction.set_rollback(True)


def _connect(user: User, clock: FixedClock) -> Account:
    new = NewConnection(
        slug="practice",
        environment="practice",
        label="Model",
        credentials={"key": "model", "secret": "model"},
        endpoints=registry.practice_endpoints(1),
    )
    account = connect(new, owner=user, actor=people.actor(user), clock=clock)
    refresh_instruments(account.connection, clock)
    refresh_venue(account.connection, clock)
    return account


@contextmanager
def registered(broker: ModelBroker, reader: ModelReader) -> Iterator[None]:
    """The practice broker's entry, with this model behind its ports."""
    table: Any = registry.BROKERS
    before = table["practice"]
    table["practice"] = replace(
        before, build_reader=lambda _: reader, build_trader=lambda _: broker
    )
    try:
        yield
    finally:
        table["practice"] = before
