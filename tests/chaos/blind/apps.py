from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace
from typing import cast
from uuid import uuid4

from django.apps import AppConfig

from brokers.domain.errors import OutcomeUnknown
from brokers.domain.orders import OrderChange, OrderSpec, client_order_id
from brokers.domain.ports import AdapterContext, Trader
from brokers.domain.reports import OrderReport
from brokers.registry import BROKERS, Broker


class BlindTrader:
    """A trader that takes "I do not know" for "no"."""

    def __init__(self, inner: Trader) -> None:
        self._inner = inner

    def place_order(self, client_order_id: str, spec: OrderSpec) -> OrderReport:
        try:
            return self._inner.place_order(client_order_id, spec)
        except OutcomeUnknown:
            return self._inner.place_order(another_id(), spec)

    def cancel_order(self, broker_order_id: str) -> None:
        self._inner.cancel_order(broker_order_id)

    def replace_order(
        self, broker_order_id: str, client_order_id: str, change: OrderChange
    ) -> OrderReport:
        return self._inner.replace_order(broker_order_id, client_order_id, change)


def another_id() -> str:
    return client_order_id(uuid4())


class BlindConfig(AppConfig):
    name = "tests.chaos.blind"
    label = "chaos_blind"

    def ready(self) -> None:
        registry = cast("MutableMapping[str, Broker]", BROKERS)
        practice = registry["practice"]

        def build(context: AdapterContext) -> Trader:
            return BlindTrader(practice.build_trader(context))

        registry["practice"] = replace(practice, build_trader=build)
