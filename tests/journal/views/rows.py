"""Trades and their bars, written directly."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from brokers.models import Account, StoredBar
from journal.models import Mistake, Tag, Trade, TradeFill


_numbers = count(1)
MINUTE = timedelta(minutes=1)


def a_trade(account: Account, r: object, *, day: date, **fields: Any) -> Trade:
    """A long of 100 that closed on the day, 1R being 100; None has no initial risk."""
    closed = datetime.combine(day, time(16), tzinfo=UTC)
    given = {
        "key": f"{account.pk}:ACME:{next(_numbers)}",
        "symbol": "ACME",
        "direction": "long",
        "opened_at": closed - timedelta(hours=1),
        "closed_at": closed,
        "trading_day": day,
        "quantity": Decimal(100),
        "fees": Decimal(0),
        "net": Decimal(str(r)) * 100 if r is not None else Decimal(5),
        "r_multiple": None if r is None else Decimal(str(r)),
        "initial_risk": None if r is None else Decimal(100),
        "open_quantity": Decimal(0),
        "built_at": closed,
    } | fields
    return Trade.objects.create(owner=account.owner, account=account, **given)


def a_mistake(trade: Trade, name: str, cost: object = None) -> Mistake:
    tag, _ = Tag.objects.get_or_create(owner=trade.owner, family="mistake", name=name)
    return Mistake.objects.create(
        owner=trade.owner,
        trade=trade,
        tag=tag,
        cost_r=None if cost is None else Decimal(str(cost)),
        created_at=trade.closed_at or trade.opened_at,
    )


def a_fill(trade: Trade, quantity: int, price: object, at: datetime) -> TradeFill:
    return TradeFill.objects.create(
        owner=trade.owner,
        trade=trade,
        account=trade.account,
        execution_id=f"part-{next(_numbers)}",
        side="buy" if quantity > 0 else "sell",
        quantity=Decimal(abs(quantity)),
        price=Decimal(str(price)),
        fees=Decimal(0),
        executed_at=at,
    )


def bars(account: Account, first: datetime, closes: list[float]) -> None:
    """A minute each, of a range of two."""
    StoredBar.objects.bulk_create(
        StoredBar(
            feed=account.connection.feed,
            symbol="ACME",
            interval="1m",
            start=first + number * MINUTE,
            open=Decimal(str(close)),
            high=Decimal(str(close)) + 1,
            low=Decimal(str(close)) - 1,
            close=Decimal(str(close)),
            volume=Decimal(100),
        )
        for number, close in enumerate(closes)
    )
