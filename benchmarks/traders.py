"""People with an account each, and orders of theirs that wait for the last click.

Loaded once Django is set up. The second factor is the product's own: an authenticator
per order, since each gives one code in thirty seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count, cycle

from brokers.domain.orders import OrderClass, OrderSpec, OrderType, Side, TimeInForce
from brokers.market import quotes
from brokers.models import Account
from brokers.orders.confirming import Confirmation
from brokers.orders.drafting import Ticket, draft_order
from brokers.orders.sync import sync_account
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from brokers.sessions.reading import open_reader
from tradedesk.accounts import grants
from tradedesk.accounts.models import Role, TotpDevice, User
from tradedesk.accounts.models.totp import new_seed
from tradedesk.core.actor import Actor, ActorKind
from tradedesk.core.clock import SYSTEM_CLOCK


# What an order far from the market may be warned of, read and answered beforehand.
ANSWERED = ("STOP_REQUIRED", "DUPLICATE_ORDER", "SPREAD_WIDE", "PRICE_COLLAR")
MOST_SYMBOLS = 20
CHEAP = Decimal(5)
_numbers = count(1)


@dataclass(slots=True)
class Trader:
    user: User
    account: Account

    @property
    def actor(self) -> Actor:
        return Actor(
            kind=ActorKind.PERSON,
            name=self.user.email,
            user_id=self.user.pk,
            address="127.0.0.1",
        )


def trader(endpoint: str, stream: str, *, key: str, secret: str) -> Trader:
    """A person whose account has been read once."""
    name = f"trader{next(_numbers)}"
    user = User.objects.create_user(
        f"{name}@desk.test", "correct horse battery staple", role=Role.TRADER, name=name
    )
    new = NewConnection(
        slug="practice",
        environment="practice",
        label="Practice",
        credentials={"key": key, "secret": secret},
        endpoints={
            "trading": endpoint,
            "data": endpoint,
            "trade_stream": f"{stream}/stream",
            "data_stream": f"{stream}/v2/iex",
        },
    )
    one = Trader(user, Account())
    one.account = connect(new, owner=user, actor=one.actor, clock=SYSTEM_CLOCK)
    refresh_instruments(one.account.connection, SYSTEM_CLOCK)
    refresh_venue(one.account.connection, SYSTEM_CLOCK)
    if not sync_account(one.account.pk, SYSTEM_CLOCK):
        raise SystemExit("The account could not be read.")
    return one


def symbols_of(one: Trader) -> list[str]:
    """Some that the exchange lists, each worth more than its smallest order."""
    reader = open_reader(one.account.connection)
    listed = [report.symbol for report in reader.get_instruments() if report.tradable]
    priced = reader.get_quotes(listed)
    worth = [quote.symbol for quote in priced if quote.bid and quote.bid > CHEAP]
    return sorted(worth)[:MOST_SYMBOLS]


def refresh_quotes(one: Trader, symbols: list[str]) -> None:
    reader = open_reader(one.account.connection)
    feed = one.account.connection.feed
    quotes.store(feed, reader.get_quotes(symbols), SYSTEM_CLOCK.now())


def limit_below(one: Trader, symbol: str) -> Decimal:
    """Three per cent below the bid: it works and does not fill meanwhile."""
    known = quotes.latest(one.account.connection.feed, [symbol])[symbol].quote
    if known.bid is None:
        raise SystemExit(f"There is no bid for {symbol}.")
    return (known.bid * Decimal("0.97")).quantize(Decimal("0.01"))


def spec(symbol: str, limit: Decimal) -> OrderSpec:
    return OrderSpec(
        symbol=symbol,
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        quantity=Decimal(1),
        limit_price=limit,
        order_class=OrderClass.OTO,
        stop_loss_price=(limit * Decimal("0.95")).quantize(Decimal("0.01")),
    )


def ready(one: Trader, symbols: list[str], orders: int) -> Iterator[Confirmation]:
    """Drafts with their grants, which live for a minute: confirm them at once.

    The account is read before, as the desk does every few seconds while orders work.
    """
    refresh_quotes(one, symbols)
    sync_account(one.account.pk, SYSTEM_CLOCK)
    for symbol, _ in zip(cycle(symbols), range(orders), strict=False):
        drafted = draft_order(
            one.account.pk,
            Ticket(
                intent_key=uuid.uuid4(),
                spec=spec(symbol, limit_below(one, symbol)),
                acknowledged=ANSWERED,
                no_stop_reason="measurement",
            ),
            user=one.user,
            actor=one.actor,
            now=SYSTEM_CLOCK.now(),
        )
        if drafted.assessment.blocked:
            raise SystemExit(f"Denied: {drafted.assessment.blocks[0].message}")
        yield Confirmation(
            order_id=drafted.order.pk,
            user=one.user,
            digest=drafted.digest,
            grant_id=_grant(one, drafted.digest),
            actor=one.actor,
            acknowledged=ANSWERED,
        )


def _grant(one: Trader, digest: str) -> int:
    try:
        return _granted(one, digest)
    except grants.CodeRefusedError:
        # Its thirty seconds ended between making and using it: another device's code.
        return _granted(one, digest)


def _granted(one: Trader, digest: str) -> int:
    device = TotpDevice.objects.create(
        user=one.user,
        name=f"Phone {next(_numbers)}",
        confirmed=True,
        seed=new_seed(),
        created_at=SYSTEM_CLOCK.now(),
    )
    grant = grants.issue(
        user=one.user,
        purpose=grants.Purpose.ORDER_CONFIRM,
        digest=digest,
        code=device.code_at(SYSTEM_CLOCK.now()),
        device_id=device.persistent_id,
        actor=one.actor,
    )
    return grant.pk
