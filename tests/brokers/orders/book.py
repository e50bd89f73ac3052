"""An account and an order in the book, without any exchange behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderClass,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import FillKind, FillReport, OrderReport
from brokers.models import Account, Command, Connection, Order
from brokers.orders.ingest import Ingested, News, ingest
from tests import people


NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
WORDS = {
    "new": OrderStatus.WORKING,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELLED,
    "expired": OrderStatus.EXPIRED,
    "replaced": OrderStatus.CANCELLED,
}


def an_account(name: str = "alice") -> Account:
    """Its book is open since the day before."""
    owner = people.person(name)
    connection = Connection.objects.create(
        owner=owner,
        slug="practice",
        environment="practice",
        label="Practice",
        credentials="{}",
        created_at=NOW,
    )
    return Account.objects.create(
        owner=owner,
        connection=connection,
        broker_account_id=f"account of {name}",
        number="1",
        name="Practice",
        mode="practice",
        opened_at=NOW - timedelta(days=1),
    )


def an_order(account: Account, **fields: Any) -> Order:
    """Sent to buy at a limit, known to the broker as v1, its amend as v2."""
    shape: dict[str, Any] = {
        "owner": account.owner,
        "account": account,
        "intent": uuid4(),
        "client_order_id": "OURSv1",
        "role": OrderRole.ENTRY.value,
        "symbol": "ACME",
        "side": "buy",
        "type": "limit",
        "time_in_force": "day",
        "quantity": Decimal(10),
        "limit_price": Decimal(60),
        "status": OrderStatus.SUBMITTED.value,
        "created_at": NOW,
        "submitted_at": NOW,
    }
    order = Order.objects.create(**shape | fields)
    for kind, name in ((CommandKind.SUBMIT, "v1"), (CommandKind.AMEND, "v2")):
        a_command(order, kind, client_order_id=f"OURS{name}")
    return order


def a_command(order: Order, kind: CommandKind, **fields: Any) -> Command:
    return Command.objects.create(
        order=order,
        account=order.account,
        kind=kind.value,
        status=CommandStatus.CONFIRMED.value,
        approved_at=NOW,
        due_at=NOW,
        **fields,
    )


def report(
    word: str, *, after: int = 0, broker_id: str = "v1", **changes: Any
) -> OrderReport:
    """What the broker says of the order, `after` seconds into the day."""
    plain = OrderReport(
        broker_order_id=broker_id,
        client_order_id=f"OURS{broker_id}",
        symbol="ACME",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.SIMPLE,
        status=WORDS.get(word),
        raw_status=word,
        quantity=Decimal(10),
        notional=None,
        filled_quantity=Decimal(0),
        average_price=None,
        limit_price=Decimal(60),
        updated_at=NOW + timedelta(seconds=after),
    )
    return replace(plain, **changes)


def execution(
    name: str, quantity: object, price: object = 60, **more: Any
) -> FillReport:
    shape = {
        "execution_id": name,
        "broker_order_id": "v1",
        "symbol": "ACME",
        "side": Side.BUY,
        "quantity": Decimal(str(quantity)),
        "price": Decimal(str(price)),
        "executed_at": NOW + timedelta(seconds=1),
    }
    return FillReport(**shape | more)


def bust(fill: FillReport, **more: Any) -> FillReport:
    """As a stream tells it: at its own instant, under the id of what it takes back."""
    later = fill.executed_at + timedelta(hours=1)
    shape = {
        "kind": FillKind.BUST,
        "refers_to": fill.execution_id,
        "executed_at": later,
    }
    return replace(fill, **shape | more)


def correction(fill: FillReport, name: str, **changes: Any) -> FillReport:
    later = fill.executed_at + timedelta(hours=1)
    shape = {
        "execution_id": name,
        "kind": FillKind.CORRECTION,
        "refers_to": fill.execution_id,
        "executed_at": later,
    }
    return replace(fill, **shape | changes)


def take(
    account: Account,
    *orders: OrderReport,
    fills: tuple[FillReport, ...] = (),
    told_by: str = "stream",
    after: int = 60,
) -> Ingested:
    news = News(told_by=told_by, orders=orders, fills=fills)
    return ingest(account.pk, news, NOW + timedelta(seconds=after))
