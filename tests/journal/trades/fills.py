"""Fills for tests, written short: times are minutes after the opening bell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import Bar
from journal.domain.trades import HoldingEntry, Split, TradeFill, TradeRecord
from journal.trades.build import build_trades


BELL = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)


def at(minute: float) -> datetime:
    return BELL + timedelta(minutes=minute)


def exact(value: object) -> Decimal:
    return Decimal(str(value))


def optional(value: object | None) -> Decimal | None:
    return None if value is None else exact(value)


def fill(
    minute: float,
    quantity: object,
    price: object,
    *,
    stop: object | None = None,
    fees: object = 0,
    account: int = 1,
    order: int | None = None,
    name: str = "",
) -> TradeFill:
    """Negative quantities are sales."""
    signed = exact(quantity)
    return TradeFill(
        execution_id=name or f"x{minute:08.2f}",
        account_id=account,
        symbol="ACME",
        side=Side.BUY if signed > 0 else Side.SELL,
        quantity=abs(signed),
        price=exact(price),
        fees=exact(fees),
        executed_at=at(minute),
        order_id=order,
        stop_price=optional(stop),
    )


def entry(
    minute: float, quantity: object, price: object | None = None, *, account: int = 1
) -> HoldingEntry:
    return HoldingEntry(
        entry_id=f"e{minute}",
        account_id=account,
        symbol="ACME",
        quantity=exact(quantity),
        effective_at=at(minute),
        price=optional(price),
    )


def split(minute: float, old: object, new: object) -> Split:
    return Split(
        symbol="ACME",
        effective_at=at(minute),
        old_units=exact(old),
        new_units=exact(new),
    )


def bar(minute: float, low: object, high: object) -> Bar:
    return Bar(
        symbol="ACME",
        start=at(minute),
        open=exact(low),
        high=exact(high),
        low=exact(low),
        close=exact(high),
        volume=Decimal(1000),
    )


def the_trade(*fills: TradeFill) -> TradeRecord:
    [trade] = build_trades(fills)
    return trade
