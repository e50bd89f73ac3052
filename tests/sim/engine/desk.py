"""An exchange with nailed prices and one account, for tests that read like trading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import OrderClass, OrderType, Side, TimeInForce
from brokers.sim.engine import (
    Event,
    Exchange,
    ExchangeConfig,
    JournalEntry,
    OrderRequest,
    Rejection,
    SimOrder,
)


FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUY, SELL = Side.BUY, Side.SELL


def order(side: Side = BUY, quantity: str | None = "10", **more) -> OrderRequest:
    """A market day order for ACME unless told otherwise; figures as text."""
    prices = {
        name: Decimal(value) if type(value) is str and name not in _WORDS else value
        for name, value in more.items()
    }
    start = OrderRequest(
        symbol="ACME",
        side=side,
        type=OrderType.MARKET,
        time_in_force=TimeInForce.DAY,
        quantity=None if quantity is None else Decimal(quantity),
    )
    return replace(start, **prices)


_WORDS = {"symbol", "client_order_id"}


def limit(side: Side, price: str, quantity: str = "10", **more) -> OrderRequest:
    return order(side, quantity, type=OrderType.LIMIT, limit_price=price, **more)


def stop(side: Side, price: str, quantity: str = "10", **more) -> OrderRequest:
    return order(side, quantity, type=OrderType.STOP, stop_price=price, **more)


def bracket(quantity: str = "10", *, side: Side = BUY, **more) -> OrderRequest:
    exits = {"take_profit_limit_price": "64.50", "stop_loss_stop_price": "58.50"}
    return order(side, quantity, order_class=OrderClass.BRACKET, **{**exits, **more})


def oco(quantity: str = "10", *, side: Side = SELL, **more) -> OrderRequest:
    exits = {"take_profit_limit_price": "64.50", "stop_loss_stop_price": "58.50"}
    kind = {"order_class": OrderClass.OCO, "type": OrderType.LIMIT}
    return order(side, quantity, **{**exits, **kind, **more})


class Desk:
    """The exchange, one trader, ACME nailed at 60.00 (59.99 / 60.01)."""

    def __init__(self, *, now: datetime = FRIDAY_NOON, size: int = 1_000, **config):
        self.now = now
        self.exchange = Exchange(ExchangeConfig(**{"seed": 7, **config}), now)
        self.journal: list[JournalEntry] = []
        self.exchange.journal = self.journal.append
        self.account = self.exchange.open_account("ALICE", now).id
        self.price("60.00", size=size)

    def price(self, price: str, symbol: str = "ACME", *, size: int = 1_000) -> None:
        self.exchange.force_price(symbol, Decimal(price), self.now, size=size)

    def tick(self, seconds: float = 1) -> list[Event]:
        return self.until(self.now + timedelta(seconds=seconds))

    def until(self, moment: datetime) -> list[Event]:
        self.now = moment
        return list(self.exchange.advance(moment))

    def submit(self, request: OrderRequest, account: str = "") -> SimOrder:
        return self.exchange.submit(account or self.account, request, self.now)

    def refused(self, request: OrderRequest) -> Rejection:
        before = self.exchange.snapshot()
        try:
            self.submit(request)
        except Rejection as refusal:
            assert self.exchange.snapshot() == before
            return refusal
        raise AssertionError("The order was taken.")

    def order(self, known: SimOrder, **more) -> SimOrder:
        return self.exchange.order(known.account_id, known.id, **more)

    def held(self, symbol: str = "ACME", account: str = "") -> Decimal:
        every = self.exchange.positions(account or self.account)
        return sum((p.quantity for p in every if p.symbol == symbol), Decimal(0))

    def buy(self, quantity: str = "10", **more) -> SimOrder:
        return self.submit(order(BUY, quantity, **more))

    @property
    def cash(self) -> Decimal:
        return self.exchange.account(self.account).cash

    def kinds(self, since: int = 0) -> list[str]:
        return [event.kind.value for event in self.exchange.events_since(since)]
