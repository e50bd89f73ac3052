"""What a broker can do, as data: shown to the trader and checked before a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.instruments import AssetClass
from brokers.domain.orders import OrderClass, OrderType, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One broker's table.

    `fractional_types` are the order types that take a fractional quantity;
    `extended_hours_types` those that may ask for extended hours;
    `class_times_in_force` and `class_types` restrict the times in force and the types of
    orders with attached exits, and orders with one of `restricted_times_in_force` are of `restricted_types` only.
    `requests_per_minute` is the broker's published limit for one connection.
    `client_order_id_lookup` says that an unknown submission can be settled by id.
    `refuses_self_trades`: a single order that could trade with a working one of the same
    account is refused.
    """

    asset_classes: frozenset[AssetClass]
    order_types: frozenset[OrderType]
    times_in_force: frozenset[TimeInForce]
    order_classes: frozenset[OrderClass]
    class_times_in_force: frozenset[TimeInForce]
    fractional_types: frozenset[OrderType]
    fractional_times_in_force: frozenset[TimeInForce]
    fractional_decimals: int
    notional: bool
    extended_hours_types: frozenset[OrderType]
    extended_hours_times_in_force: frozenset[TimeInForce]
    shorting: bool
    replace: bool
    streaming: bool
    client_order_id_lookup: bool
    requests_per_minute: int
    minimum_notional: Decimal
    restricted_times_in_force: frozenset[TimeInForce] = frozenset()
    restricted_types: frozenset[OrderType] = frozenset()
    class_types: frozenset[OrderType] = frozenset(OrderType)
    refuses_self_trades: bool = False
    notes: tuple[str, ...] = ()
    not_modelled: tuple[str, ...] = ()
    source: str = ""
    reviewed: str = ""

    def takes(self, type_: OrderType, time_in_force: TimeInForce) -> bool:
        """Whether a whole-share order of this type may have this time in force."""
        restricted = time_in_force in self.restricted_times_in_force
        types = self.restricted_types if restricted else self.order_types
        return time_in_force in self.times_in_force and type_ in types
