"""What the exchange's own record says, held against what the desk's traders were told.

The exchange is read from its journal and over its plain REST answers, not through the
desk's adapter, so that an error of the adapter cannot hide itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from brokers.domain.orders import (
    IN_FLIGHT,
    CommandKind,
    CommandStatus,
    OrderStatus,
    Side,
    client_order_id,
)
from brokers.models import Account, BrokerReference, Command, Fill, Order, Position
from brokers.sim.server.journal import AcceptedOrder


ENDS = {
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELLED,
    "expired": OrderStatus.EXPIRED,
    "rejected": OrderStatus.REJECTED,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
}
WAITING = {OrderStatus.SUBMITTED, OrderStatus.WORKING}
REPLACED = "replaced"


@dataclass(slots=True)
class Tally:
    """The last line of a run. `findings` names each order that is counted as wrong."""

    intended: int = 0
    at_broker: int = 0
    doubled: int = 0
    lost: int = 0
    unknown: int = 0
    breaks: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        wrong = (self.doubled, self.lost, self.unknown, self.breaks)
        return not any(wrong) and self.intended == self.at_broker

    def numbers(self) -> dict[str, int]:
        names = ("intended", "at_broker", "doubled", "lost", "unknown", "breaks")
        return {name: getattr(self, name) for name in names}

    def add(self, name: str, finding: str) -> None:
        setattr(self, name, getattr(self, name) + 1)
        self.findings.append(f"{name}: {finding}")


def count(accepted: Iterable[AcceptedOrder], told: Iterable[UUID]) -> Tally:
    """Every intent against every acceptance, both ways."""
    tally = Tally()
    taken = list(accepted)
    own = [order for order in taken if not order.parent and not order.replaces]
    _count_submissions(tally, Counter(order.client_order_id for order in own), told)
    _count_amends(
        tally, Counter(order.client_order_id for order in taken if order.replaces)
    )
    for command in Command.objects.filter(status__in=IN_FLIGHT):
        tally.add("unknown", str(command))
    return tally


def _count_submissions(tally: Tally, taken: Counter[str], told: Iterable[UUID]) -> None:
    commands = {
        command.client_order_id: command
        for command in Command.objects.filter(kind=CommandKind.SUBMIT.value)
    }
    for identifier in {client_order_id(intent) for intent in told} - commands.keys():
        tally.intended += 1
        tally.add("lost", f"{identifier}: its trader was told that it is confirmed")
    for identifier, command in commands.items():
        _count_one(tally, command, times=taken.pop(identifier, 0))
    for identifier, times in taken.items():
        tally.at_broker += times
        for _ in range(times):
            tally.add("doubled", f"{identifier}: nobody confirmed such an order")


def _count_one(tally: Tally, command: Command, *, times: int) -> None:
    refused = command.state is CommandStatus.REFUSED
    tally.at_broker += times
    tally.intended += not refused
    if refused and times:
        tally.intended += 1
        tally.add("breaks", f"{command}: shown as refused, and at the exchange")
    if not refused and not times and command.state is CommandStatus.CONFIRMED:
        tally.add("lost", f"{command}: confirmed, and not at the exchange")
    for _ in range(times - 1):
        tally.add("doubled", f"{command}: {times} times at the exchange")


def _count_amends(tally: Tally, taken: Counter[str]) -> None:
    for command in Command.objects.filter(kind=CommandKind.AMEND.value):
        times = taken.pop(command.client_order_id, 0)
        if command.state is CommandStatus.REFUSED and times:
            tally.add("breaks", f"{command}: shown as refused, and at the exchange")
        if command.state is CommandStatus.CONFIRMED and not times:
            tally.add("lost", f"{command}: confirmed, and not at the exchange")
        for _ in range(times - 1):
            tally.add("doubled", f"{command}: {times} times at the exchange")
    for identifier in taken:
        tally.add("doubled", f"{identifier}: nobody asked for such a change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """What the exchange answers about one account, read whole."""

    orders: list[Mapping[str, Any]]
    positions: list[Mapping[str, Any]]
    activities: list[Mapping[str, Any]]
    cash: Decimal


def breaks(account: Account, venue: Venue, *, cash_before: Decimal) -> list[str]:
    """Every difference between the desk's book and the exchange's answers."""
    return [
        *_order_breaks(account, venue.orders),
        *_fill_breaks(account, venue.activities),
        *_position_breaks(account, venue.positions),
        *_cash_breaks(account, venue, cash_before),
    ]


def _order_breaks(account: Account, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    references = {
        reference.broker_order_id: reference.order
        for reference in BrokerReference.objects.filter(account=account).select_related(
            "order"
        )
    }
    filled: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        order = references.get(row["id"])
        if order is None:
            yield f"order {row['id']} ({row['status']}): unknown to the desk"
            continue
        filled[order.pk] += Decimal(row["filled_qty"])
        if row["status"] != REPLACED:
            yield from _status_break(order, row)
    for order in Order.objects.filter(pk__in=filled):
        if order.filled_quantity != filled[order.pk]:
            yield f"{order}: filled {order.filled_quantity}, not {filled[order.pk]}"
    named = {reference.order_id for reference in _named(account, rows)}
    for order in Order.objects.open().filter(account=account).exclude(pk__in=named):
        yield f"{order}: open at the desk, unknown to the exchange"


def _named(
    account: Account, rows: list[Mapping[str, Any]]
) -> Iterable[BrokerReference]:
    ids = [row["id"] for row in rows]
    return BrokerReference.objects.filter(account=account, broker_order_id__in=ids)


def _status_break(order: Order, row: Mapping[str, Any]) -> Iterator[str]:
    """An order that has not filled and has not ended is at the market or on its way."""
    word = row["status"]
    expected = {ENDS[word]} if word in ENDS else WAITING
    if order.state not in expected:
        yield f"{order} ({order.pk}): {order.status}, the exchange says {row['status']}"


def _fill_breaks(account: Account, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    ours = {
        fill.execution_id: (fill.quantity, fill.price)
        for fill in Fill.objects.filter(account=account, busted_at=None)
    }
    told = [row for row in rows if row["activity_type"] == "FILL"]
    theirs = {
        row["execution_id"]: (Decimal(row["qty"]), Decimal(row["price"]))
        for row in standing(told)
    }
    for name in ours.keys() | theirs.keys():
        if ours.get(name) != theirs.get(name):
            yield f"fill {name}: {ours.get(name)}, the exchange {theirs.get(name)}"


def standing(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The executions that count, of lines among which some take others back."""
    gone = {row.get("previous_id") for row in rows}
    return [
        row
        for row in rows
        if row["status"] != "canceled"
        and row.get("type") != "trade_bust"
        and not gone & {row["execution_id"], row["id"]}
    ]


def _position_breaks(account: Account, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    theirs = {row["symbol"]: Decimal(row["qty"]) for row in rows}
    held = Position.objects.filter(account=account)
    ours = {one.symbol: one.quantity for one in held if one.quantity}
    for symbol in ours.keys() | theirs.keys():
        mine, other = ours.get(symbol, Decimal(0)), theirs.get(symbol, Decimal(0))
        if mine != other:
            yield f"position in {symbol}: {mine}, the exchange {other}"


def _cash_breaks(account: Account, venue: Venue, before: Decimal) -> Iterator[str]:
    """What the fills cost, and what was charged, is what left the account."""
    fills = Fill.objects.filter(account=account, busted_at=None)
    spent = sum(
        (Side(fill.side).sign * fill.quantity * fill.price for fill in fills),
        Decimal(0),
    )
    charged = sum(
        (
            Decimal(row["net_amount"])
            for row in venue.activities
            if row["activity_type"] == "FEE"
        ),
        Decimal(0),
    )
    if abs(before - spent + charged - venue.cash) >= Decimal("0.01"):
        yield f"cash: {before - spent + charged} by our fills, {venue.cash} there"
