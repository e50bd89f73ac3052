"""An account whose fills are written straight into the book, without an exchange."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from brokers.domain.orders import OrderRole, OrderStatus, Side
from brokers.models import Account, Fill, LedgerEntry, Order
from brokers.orders import holdings
from journal.book import rebuilding
from journal.models import Trade
from tests import people
from tests.brokers.orders import book
from tests.journal.trades.fills import at, exact, optional
from tradedesk.core.clock import FixedClock


CLOCK = FixedClock(at(10_000))
ACCOUNT_AGE = timedelta(days=1)


def account(name: str = "alice", **fields: Any) -> Account:
    made = book.an_account(name)
    made.opened_at = at(0) - ACCOUNT_AGE
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    return made


def second_account(first: Account, **fields: Any) -> Account:
    """Another one of the same person."""
    return Account.objects.create(
        owner=first.owner,
        connection=first.connection,
        broker_account_id=uuid4().hex,
        number="2",
        name="Second",
        mode=fields.get("mode", first.mode),
        opened_at=first.opened_at,
    )


def order(
    to: Account, minute: float, quantity: object, *, stop: object = None, **more: Any
) -> Order:
    signed = exact(quantity)
    shape: dict[str, Any] = {
        "owner": to.owner,
        "account": to,
        "intent": uuid4(),
        "client_order_id": uuid4().hex,
        "role": OrderRole.ENTRY.value,
        "symbol": "ACME",
        "side": (Side.BUY if signed > 0 else Side.SELL).value,
        "type": "market",
        "time_in_force": "day",
        "quantity": abs(signed),
        "status": OrderStatus.FILLED.value,
        "stop_loss_price": optional(stop),
        "created_at": at(minute),
        "submitted_at": at(minute),
    }
    return Order.objects.create(**shape | more)


def fill(
    to: Account,
    minute: float,
    quantity: object,
    price: object,
    *,
    stop: object = None,
    fees: object | None = 0,
    name: str = "",
    of: Order | None = None,
    **more: Any,
) -> Fill:
    """Negative quantities are sales; the order is made if none is given."""
    signed = exact(quantity)
    placed = of or order(to, minute, quantity, stop=stop, **more)
    row = Fill.objects.create(
        owner=to.owner,
        account=to,
        order=placed,
        execution_id=name or f"x{minute:08.2f}",
        broker_order_id="b",
        symbol=placed.symbol,
        side=(Side.BUY if signed > 0 else Side.SELL).value,
        quantity=abs(signed),
        price=exact(price),
        fees=optional(fees),
        executed_at=at(minute),
        booked_at=at(minute),
        told_by=more.get("told_by", "stream"),
    )
    moved(to, placed.symbol)
    return row


def moved(of: Account, symbol: str = "ACME", now: datetime | None = None) -> None:
    """The position follows, as after every fill."""
    holdings.rebuild(of, symbol, actor=people.actor(of.owner), now=now or CLOCK.now())


def entry(to: Account, minute: float, quantity: object, **fields: Any) -> LedgerEntry:
    row = LedgerEntry.objects.create(
        owner=to.owner,
        account=to,
        kind=fields.pop("kind", "adjustment"),
        symbol="ACME",
        quantity=exact(quantity),
        effective_at=at(minute),
        booked_at=at(minute),
        told_by="person",
        **fields,
    )
    moved(to)
    return row


def rebuild(of: Account) -> int:
    return rebuilding.rebuild(of.pk, clock=CLOCK)


def trades(of: Account) -> list[Trade]:
    return list(Trade.objects.filter(account=of).order_by("opened_at", "key"))


def the_trade(of: Account) -> Trade:
    [trade] = trades(of)
    return trade


def round_trip(to: Account, minute: float = 0, **more: Any) -> Trade:
    """Bought 100 at 50 with a stop at 47, sold at 56: +2R."""
    fill(to, minute, 100, 50, stop=47, **more)
    fill(to, minute + 30, -100, 56, **more)
    rebuild(to)
    return Trade.objects.filter(account=to).latest("opened_at")
