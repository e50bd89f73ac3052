"""Whole lives of orders per second: python -m benchmarks.engine_orders

Engine only, in one process: each order is judged, taken in, matched or canceled, with
all its events; the second figure of each line is with the journal entry collected and
written as JSON. Measured in CPU time, side by side in one run, interleaved.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from time import process_time

from brokers.domain.orders import OrderClass, OrderType, Side, TimeInForce
from brokers.sim.engine import Exchange, ExchangeConfig, JournalEntry, OrderRequest


ROUNDS = 9
PER_ROUND = 400
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Bench:
    """One account with more money than it can spend, and a deep market."""

    def __init__(self, *, journal: bool) -> None:
        self.exchange = Exchange(ExchangeConfig(seed=1), NOON)
        if journal:
            self.exchange.journal = _write
        cash = Decimal(500_000_000)
        self.account = self.exchange.open_account("BENCH", NOON, cash=cash).id
        self.exchange.force_price("ACME", Decimal(60), NOON, size=10**9)

    def market(self) -> int:
        """A market order bought and one sold: two orders, two fills."""
        for side in Side:
            self.exchange.submit(self.account, _order(side), NOON)
        return 2

    def rest_and_cancel(self) -> int:
        order = _order(Side.BUY, type=OrderType.LIMIT, limit_price=Decimal(50))
        known = self.exchange.submit(self.account, order, NOON)
        self.exchange.cancel(self.account, known.id, NOON)
        return 1

    def bracket(self) -> int:
        """An entry that fills, two exits that are canceled, a sale: four orders."""
        order = _order(
            Side.BUY,
            order_class=OrderClass.BRACKET,
            take_profit_limit_price=Decimal(64),
            stop_loss_stop_price=Decimal(58),
        )
        known = self.exchange.submit(self.account, order, NOON)
        self.exchange.cancel(self.account, known.legs[0].id, NOON)
        self.exchange.submit(self.account, _order(Side.SELL), NOON)
        return 4


def _order(side: Side, **more: object) -> OrderRequest:
    start: dict[str, object] = {
        "symbol": "ACME",
        "side": side,
        "type": OrderType.MARKET,
        "time_in_force": TimeInForce.DAY,
        "quantity": Decimal(1),
    }
    return OrderRequest(**{**start, **more})  # type: ignore[arg-type]


def _write(entry: JournalEntry) -> None:
    json.dumps(entry.to_json())


def _per_second(act: Callable[[], int]) -> float:
    started = process_time()
    orders = sum(act() for _ in range(PER_ROUND))
    return orders / (process_time() - started)


def main() -> None:
    names = ("market", "rest_and_cancel", "bracket")
    found: dict[tuple[str, bool], list[float]] = {}
    for _ in range(ROUNDS):
        for journal in (False, True):
            bench = Bench(journal=journal)
            for name in names:
                rate = _per_second(getattr(bench, name))
                found.setdefault((name, journal), []).append(rate)
    for name in names:
        bare = statistics.median(found[name, False])
        kept = statistics.median(found[name, True])
        sys.stdout.write(
            f"{name:<18}{bare:>10,.0f} orders/s {kept:>10,.0f} with the journal\n"
        )


if __name__ == "__main__":
    main()
