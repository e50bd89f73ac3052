"""The executions of an order that stand, and what they make of its state."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from brokers.models import Fill, Order
from brokers.orders import transitions
from brokers.orders.machine import Execution, count_fills, recount
from tradedesk.core.actor import Actor
from tradedesk.reads import Read


_standing = Read(
    lambda order_id: Fill.objects.filter(order_id=order_id, busted_at=None).values_list(
        "quantity", "price"
    )
)


def executions_of(order: Order) -> list[Execution]:
    """With what had been filled before the account's book began, as one execution."""
    found = [Execution(quantity=q, price=p) for q, p in _standing(order.pk)]
    if order.opening_quantity > 0:
        price = order.opening_price or order.average_price or Decimal(0)
        found.append(Execution(quantity=order.opening_quantity, price=price))
    return found


def count(order: Order, *, told_by: str, actor: Actor, now: datetime) -> None:
    """Count one more execution in: never less than was known."""
    counted = count_fills(transitions.state_of(order), executions_of(order))
    transitions.apply_state(order, counted, told_by=told_by, actor=actor, now=now)


def count_again(order: Order, *, told_by: str, actor: Actor, now: datetime) -> None:
    """After a bust or correction: from the executions that stand, whatever was known."""
    counted = recount(transitions.state_of(order), executions_of(order))
    transitions.apply_state(order, counted, told_by=told_by, actor=actor, now=now)
