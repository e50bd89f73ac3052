"""Rows of a small book, written directly: no broker and no worker has to run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from brokers.domain.instruments import AssetClass, InstrumentReport
from brokers.domain.orders import CommandKind, CommandStatus, OrderStatus
from brokers.domain.reports import Quote
from brokers.market import quotes
from brokers.market.instruments import store_instruments
from brokers.models import (
    Account,
    BrokerReference,
    Command,
    Connection,
    Fill,
    Order,
    Position,
)
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


NAMES = {
    "ACME": "Acme Industrial",
    "BRIO": "Brio Machines",
    "GALE": "Gale Airlines",
    "IRIS": "Iris Optics",
}
_numbers = count(1)
current = SYSTEM_CLOCK.now


def an_account(owner: User, mode: str = "practice", **fields: Any) -> Account:
    """An account that was read a moment ago at a venue that is open."""
    now = current()
    number = next(_numbers)
    connection = Connection.objects.create(
        owner=owner,
        slug="practice" if mode == "practice" else "alpaca",
        environment=mode,
        label=f"{mode.capitalize()} {number}",
        credentials=json.dumps({"key": "k", "secret": "s3cret-value"}),
        state="connected",
        reached_at=now,
        stream_seen_at=now,
        venue_is_open=True,
        venue_next_open=now + timedelta(hours=12),
        venue_next_close=now + timedelta(hours=5),
        venue_told_at=now,
    )
    given = {
        "broker_account_id": f"id-{number}",
        "number": f"PA{number:06d}",
        "name": connection.label,
        "mode": mode,
        "active": True,
        "shorting_enabled": True,
        "cash": Decimal(50000),
        "equity": Decimal(50000),
        "last_equity": Decimal(49800),
        "buying_power": Decimal(100000),
        "reported_at": now,
        "synced_at": now,
        "opened_at": now - timedelta(days=1),
    } | fields
    return Account.objects.create(owner=owner, connection=connection, **given)


def list_instruments(account: Account) -> None:
    reports = [
        InstrumentReport(
            symbol=symbol,
            name=name,
            asset_class=AssetClass.US_EQUITY,
            exchange="NYSE",
            tradable=True,
            fractionable=True,
            shortable=True,
            easy_to_borrow=True,
            marginable=True,
        )
        for symbol, name in NAMES.items()
    ]
    store_instruments(account.connection.feed, reports, current())


def a_quote(account: Account, symbol: str, last: str, *, age_seconds: int = 0) -> None:
    price, now = Decimal(last), current()
    quote = Quote(
        symbol=symbol,
        bid=price - Decimal("0.01"),
        ask=price + Decimal("0.01"),
        bid_size=Decimal(100),
        ask_size=Decimal(100),
        quoted_at=now - timedelta(seconds=age_seconds),
        last=price,
        last_at=now,
    )
    quotes._valkey().delete(f"quotes:{account.connection.feed}")  # other tests' quotes
    keep_quote(account, quote)


def keep_quote(account: Account, quote: Quote) -> None:
    quotes.store(account.connection.feed, [quote], current())
    quotes.mark_feed_seen(account.connection.feed, current())


def an_order(account: Account, symbol: str = "ACME", **fields: Any) -> Order:
    """A working limit buy of 100 unless told otherwise."""
    number = next(_numbers)
    given = {
        "placed_by": account.owner,
        "client_order_id": f"CLIENT{number}",
        "broker_order_id": f"broker-{number}",
        "side": "buy",
        "type": "limit",
        "time_in_force": "day",
        "quantity": Decimal(100),
        "limit_price": Decimal("60.00")
        if fields.get("type", "limit") == "limit"
        else None,
        "status": OrderStatus.WORKING.value,
        "created_at": current(),
        "submitted_at": current(),
    } | fields
    order = Order.objects.create(
        owner=account.owner, account=account, symbol=symbol, **given
    )
    if order.broker_order_id:
        BrokerReference.objects.create(
            account=account,
            order=order,
            broker_order_id=order.broker_order_id,
            since=order.created_at,
        )
    return order


def an_exit(account: Account, symbol: str = "ACME", **fields: Any) -> Order:
    """A working protective stop for a long position of 100."""
    given = {
        "side": "sell",
        "type": "stop",
        "role": "stop",
        "time_in_force": "gtc",
        "stop_price": Decimal("58.50"),
        "reduces_risk": True,
    } | fields
    return an_order(account, symbol, **given)


def a_command(order: Order, **fields: Any) -> Command:
    now = current()
    given = {
        "kind": CommandKind.SUBMIT.value,
        "status": CommandStatus.SENT.value,
        "approved_at": now,
        "due_at": now,
        "sent_at": now,
    } | fields
    return Command.objects.create(order=order, account=order.account, **given)


def a_fill(order: Order, quantity: str, price: str, **fields: Any) -> Fill:
    given = {
        "execution_id": f"execution-{next(_numbers)}",
        "broker_order_id": order.broker_order_id,
        "side": order.side,
        "executed_at": current(),
        "booked_at": current(),
        "told_by": "stream",
    } | fields
    return Fill.objects.create(
        owner=order.owner,
        account=order.account,
        order=order,
        symbol=order.symbol,
        quantity=Decimal(quantity),
        price=Decimal(price),
        **given,
    )


def a_position(
    account: Account, symbol: str = "ACME", quantity: str = "100", **fields: Any
) -> Position:
    """Held by our fills and, told later, by the broker alike."""
    now = current()
    given = {
        "average_price": Decimal("60.00"),
        "opened_at": now,
        "changed_at": now - timedelta(minutes=1),
        "broker_quantity": Decimal(quantity),
        "broker_price": Decimal("60.00"),
        "broker_told_at": now,
    } | fields
    return Position.objects.create(
        owner=account.owner,
        account=account,
        symbol=symbol,
        quantity=Decimal(quantity),
        **given,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
