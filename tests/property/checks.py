"""The invariants themselves: what holds after a step, and after everything recovered."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from brokers.domain.orders import CommandStatus, OrderStatus, Side
from brokers.models import Fill, Order, OrderSource, Position
from brokers.orders import transitions
from tests.property.desk import Desk
from tests.property.model_broker import Fate
from tradedesk.audit.models import AuditEntry


ZERO = Decimal(0)


@dataclass(slots=True)
class Seen:
    """What was seen at the step before: each order's status, and what may reopen it."""

    ended: dict[int, str] = field(default_factory=dict)
    reopened_by: dict[int, tuple[int, int]] = field(default_factory=dict)


def after_a_step(desk: Desk, seen: Seen) -> None:
    orders = desk.orders()
    for order in orders:
        _fills_add_up(order)
        _audit_tells_each_transition_once(order)
        _only_a_bust_or_an_amend_reopens(order, seen)
    _positions_are_the_sum_of_their_fills(desk)
    _what_the_broker_has_is_ours_and_not_denied(desk, orders)


def _standing(order: Order) -> list[Fill]:
    return list(order.fills.filter(busted_at=None))


def _fills_add_up(order: Order) -> None:
    """I5: what is booked never exceeds what the order says, and no id stands twice."""
    booked = sum((one.quantity for one in _standing(order)), ZERO)
    assert booked <= order.filled_quantity, "I5: more is booked than the order says"
    ids = [one.execution_id for one in order.fills.all()]
    assert len(ids) == len(set(ids)), "I5: an execution stands twice"


def _audit_tells_each_transition_once(order: Order) -> None:
    """I8: the log's steps form one chain that ends where the row is."""
    entries = AuditEntry.objects.filter(
        subject="order", subject_id=str(order.pk), action="order.reported"
    ).order_by("sequence")
    told = [one.payload.data for one in entries.select_related("payload")]
    steps = [one for one in told if "to" in one]
    if not steps:
        return
    for earlier, later in pairwise(steps):
        assert later["from"] == earlier["to"], "I8: a transition is missing in the log"
        assert later != earlier, "I8: a transition is logged twice"
    assert steps[-1]["to"] == order.status, "I8: the last transition is not in the log"


def _only_a_bust_or_an_amend_reopens(order: Order, seen: Seen) -> None:
    """I6: whoever has ended stays so until a bust, a correction or an amend is told."""
    why = (
        order.fills.exclude(busted_at=None).count(),
        order.references.count(),
    )
    before = seen.ended.get(order.pk)
    if before is not None and order.state.is_open:
        assert why != seen.reopened_by[order.pk], f"I6: {before} became {order.status}"
    if order.state.is_terminal:
        seen.ended[order.pk] = order.status
        if before is None:
            seen.reopened_by[order.pk] = why
    else:
        seen.ended.pop(order.pk, None)


def _positions_are_the_sum_of_their_fills(desk: Desk) -> None:
    """I7."""
    held = {
        one.symbol: one.quantity
        for one in Position.objects.filter(account=desk.account)
    }
    booked = dict.fromkeys(held, ZERO)
    for fill in Fill.objects.filter(account=desk.account, busted_at=None):
        sign = Side(fill.side).sign
        booked[fill.symbol] = booked.get(fill.symbol, ZERO) + sign * fill.quantity
    assert held == booked, "I7: a position is not the sum of its fills"


def _what_the_broker_has_is_ours_and_not_denied(
    desk: Desk, orders: list[Order]
) -> None:
    """I2 and I4: one intent, one client id, one order; unknown is never refused."""
    ours = {one.client_order_id: one for one in orders if one.client_order_id}
    assert len(ours) == sum(bool(one.client_order_id) for one in orders)
    taken = [one.client_order_id for one in desk.broker.orders.values()]
    assert len(taken) == len(set(taken)), "I10: doubled at the broker"
    wrong = {OrderStatus.DENIED, OrderStatus.REJECTED}
    for placed in desk.broker.orders.values():
        if not placed.replaces:
            order = ours.get(placed.client_order_id)
            assert order is not None, "I10: the broker has an order that nobody sent"
            assert order.state not in wrong, "I4: refused, and the broker has it"


def unresolved_symbols(desk: Desk) -> set[str]:
    submits = desk.in_flight(CommandStatus.SENT).filter(kind="submit")
    return set(submits.values_list("order__symbol", flat=True))


def book(desk: Desk) -> dict[str, Any]:
    """Everything that the desk holds to be true of orders, fills and positions."""
    account = desk.account
    return {
        "orders": [
            (one.pk, transitions.state_of(one), one.broker_order_id)
            for one in desk.orders()
        ],
        "fills": sorted(
            (one.execution_id, one.quantity, one.price, one.busted_at is None)
            for one in Fill.objects.filter(account=account)
        ),
        "positions": sorted(
            Position.objects.filter(account=account).values_list(
                "symbol", "quantity", "average_price", "realised"
            )
        ),
    }


# After everything


def after_recovery(desk: Desk) -> None:
    """Workers come back, the broker answers, and a poll reads it: the books agree."""
    recover(desk)
    agrees_with_the_broker(desk)
    before = book(desk), AuditEntry.objects.count()
    recover(desk)
    assert (book(desk), AuditEntry.objects.count()) == before, "I9: not a fixpoint"


def recover(desk: Desk) -> None:
    desk.broker.fate, desk.reader.silent = Fate.ANSWERED, False
    assert desk.world.sync()
    for _ in range(12):
        if not desk.in_flight(CommandStatus.SENT, CommandStatus.QUEUED).exists():
            break
        desk.pass_time(20)
        desk.settle()
        for command in list(desk.in_flight(CommandStatus.QUEUED)):
            desk.send(command)
        assert desk.world.sync()
    assert not desk.in_flight(CommandStatus.SENT, CommandStatus.QUEUED).exists()
    assert desk.world.sync()


def agrees_with_the_broker(desk: Desk) -> None:
    """I10, and I5 and I7 against the other side."""
    broker = desk.broker
    roots = {
        one.client_order_id: one for one in broker.orders.values() if not one.replaces
    }
    sent = {
        one.client_order_id: one
        for one in desk.orders()
        if one.broker_order_id and one.source == OrderSource.DESK
    }
    assert sent.keys() == roots.keys(), "I10: not one to one with the broker"
    for client_order_id, order in sent.items():
        placed = broker.current(roots[client_order_id].root)
        told = broker.report(placed)
        assert order.broker_order_id == placed.broker_order_id
        assert order.filled_quantity == told.filled_quantity, "I5: cumulative quantity"
        assert order.state is told.status, "the status of both sides"
        assert sum((f.quantity for f in _standing(order)), ZERO) == told.filled_quantity
    there = {one.symbol: one.quantity for one in desk.reader.get_positions()}
    here = {
        one.symbol: one.quantity
        for one in Position.objects.filter(account=desk.account)
        if one.quantity
    }
    assert here == there, "I7: positions of both sides"
