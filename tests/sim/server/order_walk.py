"""Walking the cells of the order table with Alpaca's client.

Each cell has an account of its own, so that no cell disturbs another. Its walk is a
generator; where it has to wait for an auction, a close or an expiry it yields that
instant, so that all cells wait together. What it returns is what the venue told.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide
from alpaca.trading.models import Order
from alpaca.trading.requests import (
    GetOrderByIdRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    OrderRequest,
    ReplaceOrderRequest,
    StopLimitOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)

from tests.emulators.practice import PracticeExchange
from tests.sim.server.order_table import (
    AT_ONCE,
    AUCTION,
    BRACKET,
    CLS,
    DAY,
    GTC,
    LIMIT,
    MARKET,
    OCO,
    OPG,
    OTO,
    SIMPLE,
    STOP,
    STOP_LIMIT,
    TRAILING,
    Became,
    Cell,
    Refused,
    Told,
    refusal_of,
)


PRICE = 60.0
FEW, MANY, ABSURD = 10, 5_000_000, 1_000_000_000
SYMBOL = "ACME"
SOON, A_DAY = timedelta(seconds=5), timedelta(days=1)
REQUESTS: dict[Any, type[OrderRequest]] = {
    MARKET: MarketOrderRequest,
    LIMIT: LimitOrderRequest,
    STOP: StopOrderRequest,
    STOP_LIMIT: StopLimitOrderRequest,
    TRAILING: TrailingStopOrderRequest,
}
# Prices at which a buy (an OCO: a sell) trades at once or soon, and far from it.
EAGER = {
    MARKET: {},
    LIMIT: {"limit_price": 62},
    STOP: {"stop_price": 61},
    STOP_LIMIT: {"stop_price": 61, "limit_price": 64},
    TRAILING: {"trail_price": 1},
}
PATIENT = {
    MARKET: {},
    LIMIT: {"limit_price": 50},
    STOP: {"stop_price": 70},
    STOP_LIMIT: {"stop_price": 70, "limit_price": 75},
    TRAILING: {"trail_price": 10},
}
CHANGES = {
    LIMIT: {"limit_price": 51},
    STOP: {"stop_price": 71},
    STOP_LIMIT: {"stop_price": 71},
    TRAILING: {"trail": 11},
}
# A market order outlives its session or auction only where its symbol is halted after
# it came, and one that takes all of an auction leaves nothing to others: these cells
# have a symbol each.
APART = {
    (MARKET, SIMPLE, DAY, "expired"): "BRIO",
    (MARKET, SIMPLE, GTC, "expired"): "DUNE",
    (MARKET, BRACKET, DAY, "expired"): "ELMS",
    (MARKET, BRACKET, GTC, "expired"): "GALE",
    (MARKET, OTO, DAY, "expired"): "HAZE",
    (MARKET, OTO, GTC, "expired"): "IRIS",
    (MARKET, SIMPLE, OPG, "expired"): "LARK",
    (MARKET, SIMPLE, CLS, "expired"): "PEAK",
    (MARKET, SIMPLE, OPG, "partially_filled"): "KITE",
    (MARKET, SIMPLE, CLS, "partially_filled"): "KITE",
    (LIMIT, SIMPLE, OPG, "partially_filled"): "CRUX",
    (LIMIT, SIMPLE, CLS, "partially_filled"): "CRUX",
}
SYMBOLS = (SYMBOL, *set(APART.values()))
Walk = Generator[datetime, None, Told]


@dataclass(slots=True)
class Walker:
    """One cell's account, and the venue's operator for prices and time."""

    cell: Cell
    exchange: PracticeExchange
    client: TradingClient
    key: str
    order: Order | None = None

    def walk(self) -> Walk:
        try:
            if refusal_of(self.cell) is not None:
                self._submit(PATIENT, FEW)
            else:
                yield from getattr(self, f"_{self.cell.outcome}")()
        except APIError as error:
            return Refused(
                status=error.status_code, code=error.code, message=error.message
            )
        return self._became()

    # What happens in a cell of each outcome

    def _filled(self) -> Generator[datetime, None, None]:
        self._submit(EAGER, FEW)
        yield from self._let_it_trade()

    def _partially_filled(self) -> Generator[datetime, None, None]:
        self._submit(EAGER, MANY)
        yield from self._let_it_trade()

    def _canceled(self) -> Generator[datetime, None, None]:
        order = self._submit_patient()
        yield from ()
        if self.cell.time_in_force not in AT_ONCE:
            self.client.cancel_order_by_id(order.id)

    def _expired(self) -> Generator[datetime, None, None]:
        order = self._submit_patient()
        if self.symbol != SYMBOL:
            self.exchange.request("POST", "/control/halt", {"symbol": self.symbol})
        if self.cell.time_in_force is GTC:
            yield order.expires_at + A_DAY  # aged orders go with the session's end
        elif self.cell.time_in_force not in AT_ONCE:
            yield order.expires_at + SOON

    def _rejected(self) -> Generator[datetime, None, None]:
        """The venue throws out what is open; what cannot be open it does not take."""
        yield from ()
        if self.cell.time_in_force in AT_ONCE:
            self._submit(PATIENT, ABSURD)
            return
        order = self._submit_patient()
        body = {"key": self.key, "order_id": str(order.id), "reason": "by a test"}
        self.exchange.request("POST", "/control/reject", body)

    def _replaced(self) -> Generator[datetime, None, None]:
        yield from ()
        order = self._submit_patient()
        other = GTC if self.cell.time_in_force is DAY else DAY
        change = CHANGES.get(self.cell.type, {"time_in_force": other})
        if self.cell.order_class is OCO:
            change = {"limit_price": 66}
        successor = self.client.replace_order_by_id(
            order.id, ReplaceOrderRequest(**change)
        )
        assert successor.replaces == order.id
        assert self._now(order).replaced_by == successor.id

    # How it is done

    @property
    def symbol(self) -> str:
        return APART.get(tuple(self.cell), SYMBOL)

    def _submit_patient(self) -> Order:
        """An order that stays: a market order does so by being too large."""
        return self._submit(PATIENT, MANY if self.cell.type is MARKET else FEW)

    def _submit(self, prices: dict[Any, dict[str, float]], quantity: int) -> Order:
        cell = self.cell
        sells = cell.order_class is OCO
        if sells and refusal_of(cell) is None:
            quantity = self._hold(quantity)
        terms = prices[cell.type] if cell.type is not LIMIT or not sells else {}
        request = REQUESTS[cell.type](
            symbol=self.symbol,
            qty=quantity,
            side=OrderSide.SELL if sells else OrderSide.BUY,
            time_in_force=cell.time_in_force,
            order_class=cell.order_class,
            **terms,
            **self._exits(),
        )
        self.order = self.client.submit_order(request)
        return self.order

    def _exits(self) -> dict[str, Any]:
        target, stop = (65, 55) if self.cell.order_class is OCO else (90, 30)
        exits: dict[str, Any] = {}
        if self.cell.order_class in {BRACKET, OCO}:
            exits["take_profit"] = TakeProfitRequest(limit_price=target)
        if self.cell.order_class in {BRACKET, OCO, OTO}:
            exits["stop_loss"] = StopLossRequest(stop_price=stop)
        return exits

    def _hold(self, quantity: int) -> int:
        """Buy what an OCO is to sell: a few, or thrice what the market displays."""
        if quantity == MANY:
            quote = self.exchange.request("GET", f"/v2/stocks/{SYMBOL}/quotes/latest")
            quantity = 3 * quote["quote"]["as"]
        day = {"side": OrderSide.BUY, "time_in_force": DAY}
        bought = self.client.submit_order(
            MarketOrderRequest(symbol=SYMBOL, qty=quantity, **day)
        )
        while self._now(bought).status.value != "filled":
            self.exchange.advance(1)
        self.exchange.advance(1)
        return quantity

    def _let_it_trade(self) -> Generator[datetime, None, None]:
        cell, order = self.cell, self.order
        assert order is not None
        if cell.time_in_force in AUCTION:
            yield order.expires_at + SOON
        elif cell.order_class is OCO:
            self._move(66)
        elif cell.type is TRAILING:
            self._move(59)
            self._move(60.5)
        elif cell.type in {STOP, STOP_LIMIT}:
            self._move(61.5)

    def _move(self, price: float) -> None:
        self.exchange.set_price(SYMBOL, str(price))
        self.exchange.advance(1)

    def _now(self, order: Order) -> Order:
        nested = GetOrderByIdRequest(nested=True)
        return self.client.get_order_by_id(order.id, nested)

    def _became(self) -> Became:
        assert self.order is not None
        now = self._now(self.order)
        filled, wanted = float(now.filled_qty), float(now.qty)
        amount = "all" if filled == wanted else "some" if filled else "none"
        legs = tuple(leg.status.value for leg in now.legs or ())
        return Became(status=now.status.value, filled=amount, legs=legs)


def walk_all(
    exchange: PracticeExchange, client: TradingClient, keys: dict[Cell, str]
) -> dict[Cell, Told]:
    """Walk every cell; those that wait go on together when their instant has come."""
    for symbol in SYMBOLS:
        exchange.set_price(symbol, str(PRICE))
    told: dict[Cell, Told] = {}
    waiting: list[tuple[datetime, Walker, Walk]] = []
    for cell, key in sorted(keys.items(), key=lambda item: _waits(item[0])):
        exchange.advance(1)
        walker = Walker(cell, exchange, client, key)
        _step(walker, walker.walk(), told, waiting)
    while waiting:
        waiting.sort(key=lambda item: item[0])
        until, walker, walk = waiting.pop(0)
        body = {"to": until.isoformat()}
        exchange.request("POST", "/control/advance", body)
        _step(walker, walk, told, waiting)
    return told


def _waits(cell: Cell) -> bool:
    return cell.outcome == "expired" or cell.time_in_force in AUCTION


def _step(
    walker: Walker,
    walk: Walk,
    told: dict[Cell, Told],
    waiting: list[tuple[datetime, Walker, Walk]],
) -> None:
    """Let one cell go on until it waits or ends; leave its account and prices calm."""
    walker.client._api_key = walker.key
    try:
        until = next(walk)
    except StopIteration as end:
        told[walker.cell] = end.value
        walker.client.cancel_orders()
        walker.exchange.set_price(SYMBOL, str(PRICE))
    else:
        waiting.append((until, walker, walk))
