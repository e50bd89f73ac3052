"""What happens to an execution, into the audit log and to the pages that are open."""

from __future__ import annotations

from datetime import datetime

from brokers.models import Fill, Order
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.web import events


def record_fill(
    action: AuditAction,
    order: Order,
    fill: Fill,
    *,
    told_by: str,
    actor: Actor,
    now: datetime,
    **more: object,
) -> None:
    record(
        action,
        actor=actor,
        subject="order",
        subject_id=order.pk,
        payload={
            "execution": fill.execution_id,
            "side": fill.side,
            "quantity": fill.quantity,
            "price": fill.price,
            "executed_at": fill.executed_at,
            "told_by": told_by,
            **more,
        },
        now=now,
    )
    events.publish(order.owner_id, "positions", {"symbol": fill.symbol})
