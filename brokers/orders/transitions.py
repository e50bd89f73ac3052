"""The only place that assigns an order's status, each change with its audit entry.

Every function is called inside a transaction that holds the order's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from brokers.domain.orders import OrderStatus
from brokers.models import Order
from brokers.orders.machine import OrderState
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.web import events
from tradedesk.writes import save


class Booked(Protocol):
    """What merging a report needs of an order: the row, or as much of it."""

    @property
    def broker_order_id(self) -> str: ...
    @property
    def reported_at(self) -> datetime | None: ...
    @property
    def state(self) -> OrderStatus: ...
    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def filled_quantity(self) -> Decimal: ...
    @property
    def average_price(self) -> Decimal | None: ...
    @property
    def broker_word(self) -> str: ...
    @property
    def status_reason(self) -> str: ...


def state_of(order: Booked) -> OrderState:
    return OrderState(
        status=order.state,
        quantity=order.quantity,
        filled_quantity=order.filled_quantity,
        average_price=order.average_price,
        broker_word=order.broker_word,
        reason=order.status_reason,
    )


_MERGED = (
    "status",
    "filled_quantity",
    "average_price",
    "broker_word",
    "status_reason",
    "finished_at",
)


def apply_state(
    order: Order,
    after: OrderState,
    *,
    told_by: str,
    actor: Actor,
    now: datetime,
    changed: Iterable[str] = (),
) -> bool:
    """Write what merging brought, with what has `changed` beside the state; False when
    the state is what it was.
    """
    before = state_of(order)
    if after == before:
        if changed:
            save(order, changed)
        return False
    order.status = after.status.value
    order.filled_quantity = after.filled_quantity
    order.average_price = after.average_price
    order.broker_word = after.broker_word[:40]
    order.status_reason = after.reason[:500]
    _finish(order, now)
    save(order, [*_MERGED, *changed])
    _log(
        order,
        AuditAction.ORDER_REPORTED,
        payload={
            "from": before.status,
            "to": after.status,
            "filled": after.filled_quantity,
            "average": after.average_price,
            "word": after.broker_word,
            "reason": after.reason,
            "told_by": told_by,
        },
        actor=actor,
        now=now,
    )
    return True


def submit(order: Order, client_order_id: str, now: datetime) -> None:
    """Confirmed by its trader: on its way, with what was judged and acknowledged.

    The caller audits the confirmation.
    """
    order.status = OrderStatus.SUBMITTED.value
    order.client_order_id = client_order_id
    order.submitted_at = now
    order.status_reason = ""
    save(
        order,
        [
            "status",
            "status_reason",
            "client_order_id",
            "submitted_at",
            "reduces_risk",
            "acknowledged",
            "worst_notional",
        ],
    )


def deny(order: Order, reason: str, *, actor: Actor, now: datetime) -> None:
    """The desk itself said no; nothing is, or ever was, at the broker."""
    order.status = OrderStatus.DENIED.value
    order.status_reason = reason[:500]
    _finish(order, now)
    save(order, ["status", "status_reason", "finished_at"])
    _log(
        order,
        AuditAction.ORDER_DENIED,
        payload={"reason": reason},
        actor=actor,
        now=now,
    )


def hold_back(order: Order, reason: str, *, actor: Actor, now: datetime) -> None:
    """The desk said no to a draft, which stays one: it may be changed and sent later."""
    order.status_reason = reason[:500]
    save(order, ["status_reason"])
    _log(
        order,
        AuditAction.ORDER_DENIED,
        payload={"reason": reason},
        actor=actor,
        now=now,
    )


def reject(order: Order, reason: str, *, actor: Actor, now: datetime) -> None:
    """The broker said no, with proof."""
    end(order, OrderStatus.REJECTED, reason, actor=actor, now=now)


def end(
    order: Order, status: OrderStatus, reason: str, *, actor: Actor, now: datetime
) -> None:
    """An order that has not been filled at all ends, for a reason that is known."""
    before = order.state
    order.status = status.value
    order.status_reason = reason[:500]
    _finish(order, now)
    save(order, ["status", "status_reason", "finished_at"])
    detail = {"from": before, "to": status, "filled": Decimal(0), "reason": reason}
    _log(order, AuditAction.ORDER_REPORTED, payload=detail, actor=actor, now=now)


def _finish(order: Order, now: datetime) -> None:
    if order.state.is_terminal and order.finished_at is None:
        order.finished_at = now
    elif not order.state.is_terminal:
        order.finished_at = None


def _log(
    order: Order,
    action: AuditAction,
    *,
    payload: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        action,
        actor=actor,
        subject="order",
        subject_id=order.pk,
        payload=payload,
        now=now,
    )
    events.publish(order.owner_id, "orders", {"order": str(order.pk)})
