"""Asking Alpaca to do something: each verb is sent once, whatever comes back."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import quote

from brokers.adapters.alpaca import parse, request
from brokers.adapters.alpaca.client import Rest, trading_client
from brokers.domain.orders import OrderChange, OrderSpec
from brokers.domain.ports import AdapterContext
from brokers.domain.reports import OrderReport
from brokers.wire.fields import Unfamiliar, Unreadable


class AlpacaTrader:
    """Endpoint: `trading`."""

    def __init__(self, context: AdapterContext) -> None:
        self._context = context
        self.unfamiliar = Unfamiliar()

    @cached_property
    def _trading(self) -> Rest:
        return trading_client(self._context)

    def place_order(self, client_order_id: str, spec: OrderSpec) -> OrderReport:
        """Submit; Alpaca refuses a client order id that it has seen before."""
        answer = self._trading.post("/orders", request.new_order(client_order_id, spec))
        return self._ours(answer, client_order_id)

    def cancel_order(self, broker_order_id: str) -> None:
        self._trading.delete(f"/orders/{quote(broker_order_id, safe='')}")

    def replace_order(
        self, broker_order_id: str, client_order_id: str, change: OrderChange
    ) -> OrderReport:
        """Amend; a success says only that Alpaca will try (see the order's events)."""
        answer = self._trading.patch(
            f"/orders/{quote(broker_order_id, safe='')}",
            request.changed_order(client_order_id, change),
        )
        return self._ours(answer, client_order_id)

    def _ours(self, answer: object, client_order_id: str) -> OrderReport:
        report = parse.order(answer, self.unfamiliar)
        if report.client_order_id != client_order_id:
            raise Unreadable(f"Sent {client_order_id}, got another order back.")
        return report
