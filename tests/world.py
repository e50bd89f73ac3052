"""A small desk in motion: a trader with an account at a practice exchange of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import (
    OrderClass,
    OrderSpec,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.market import quotes
from brokers.models import Account, Command, Order
from brokers.orders import cancel, submission
from brokers.orders.confirming import Confirmation, confirm_order
from brokers.orders.digests import spec_digest
from brokers.orders.drafting import Drafted, Ticket, draft_order
from brokers.orders.sync import sync_account
from brokers.registry import practice_endpoints
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from brokers.sessions.reading import open_reader
from tests import people
from tests.emulators.practice import PracticeExchange
from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


@dataclass(slots=True)
class World:
    """The steps of an order, one by one, so that a test may stand between them."""

    exchange: PracticeExchange
    user: User
    account: Account
    clock: Clock = SYSTEM_CLOCK

    def quote(self, symbol: str = "ACME") -> None:
        """Bring in a fresh quote, as the stream would."""
        reader = open_reader(self.account.connection)
        feed = self.account.connection.feed
        quotes.store(feed, reader.get_quotes([symbol]), self.clock.now())

    def ask(self, symbol: str = "ACME") -> Decimal:
        self.quote(symbol)
        ask = quotes.latest(self.account.connection.feed, [symbol])[symbol].quote.ask
        assert ask is not None
        return ask

    def ticket(self, **terms: object) -> Ticket:
        """A market buy of 10 ACME with a stop five per cent away, unless told else."""
        price = self.ask(str(terms.get("symbol", "ACME")))
        stop = (price * Decimal("0.95")).quantize(Decimal("0.01"))
        fields = {
            "symbol": "ACME",
            "side": Side.BUY,
            "type": OrderType.MARKET,
            "time_in_force": TimeInForce.DAY,
            "quantity": Decimal(10),
            "order_class": OrderClass.OTO,
            "stop_loss_price": stop,
            **terms,
        }
        if fields["order_class"] is OrderClass.SIMPLE:
            fields["stop_loss_price"] = None
        spec = OrderSpec(**fields)  # type: ignore[arg-type]
        codes = (
            "STOP_REQUIRED",
            "DUPLICATE_ORDER",
            "SPREAD_WIDE",
            "PRICE_COLLAR",
            "BEHAVIOUR_ADDING_TO_LOSS",
        )
        return Ticket(
            intent_key=uuid.uuid4(),
            spec=spec,
            acknowledged=codes,
            no_stop_reason="test",
        )

    def draft(self, ticket: Ticket | None = None, **terms: object) -> Drafted:
        return draft_order(
            self.account.pk,
            ticket or self.ticket(**terms),
            user=self.user,
            actor=people.actor(self.user),
            now=self.clock.now(),
        )

    def confirm(self, order: Order, *, grant_id: int | None = None) -> Command:
        digest = spec_digest(order)
        if grant_id is None and not order.reduces_risk:
            grant_id = self.grant(digest)
        confirmation = Confirmation(
            order_id=order.pk,
            user=self.user,
            digest=digest,
            grant_id=grant_id,
            actor=people.actor(self.user),
        )
        return confirm_order(confirmation, self.clock)

    def grant(self, digest: str) -> int:
        grant = people.grant_for(
            self.user, purpose=Purpose.ORDER_CONFIRM, digest=digest, clock=self.clock
        )
        return grant.pk

    def queued(self, **terms: object) -> Command:
        """A confirmed order that waits in the outbox."""
        return self.confirm(self.draft(**terms).order)

    def sent(self, **terms: object) -> Order:
        """A confirmed order after one attempt to send it, whatever came of that."""
        command = self.queued(**terms)
        submission.send_submission(command.pk, self.clock)
        return Order.objects.get(pk=command.order_id)

    def cancel(self, order: Order) -> Command | None:
        command = cancel.request_cancel(
            order.pk, actor=people.actor(self.user), now=self.clock.now()
        )
        if command is not None:
            cancel.send_cancel(command.pk, self.clock)
            command.refresh_from_db()
        return command

    def sync(self) -> bool:
        return sync_account(self.account.pk, self.clock)

    def at_exchange(self, order: Order) -> int:
        """How often the exchange's own record has this order's client id."""
        taken = self.exchange.accepted()
        return sum(one.client_order_id == order.client_order_id for one in taken)


def build(exchange: PracticeExchange, user: User) -> World:
    """Connect the exchange and read what a new connection reads."""
    new = NewConnection(
        slug="practice",
        environment="practice",
        label="Practice",
        credentials={"key": exchange.key, "secret": exchange.secret},
        endpoints=practice_endpoints(exchange.port),
    )
    account = connect(new, owner=user, actor=people.actor(user), clock=SYSTEM_CLOCK)
    refresh_instruments(account.connection, SYSTEM_CLOCK)
    refresh_venue(account.connection, SYSTEM_CLOCK)
    world = World(exchange=exchange, user=user, account=account)
    assert world.sync()
    account.refresh_from_db()
    return world
