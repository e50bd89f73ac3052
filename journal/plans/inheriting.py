"""What an exit is carried by: it asks for no plan, since it leaves what one entered."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from brokers.models import Order
from journal.models import OrderPlan, Trade
from journal.plans.reading import order_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """An order's plan, and the entry that it is inherited from; None where it is its
    own.
    """

    plan: OrderPlan
    entry_id: int | None = None


def carried_by(order: Order) -> Carries | None:
    """Its own plan, or of an exit that of the order which opened what it leaves; an
    order from elsewhere, which no ticket wrote, is asked in the same way.
    """
    if not (order.reduces_risk or order.parent_id):
        own = order_plan(order.pk)
        if own is not None:
            return Carries(plan=own)
    entry_id = order.parent_id or _entry_of(order)
    plan = None if entry_id in {None, order.pk} else order_plan(entry_id or 0)
    return None if plan is None else Carries(plan=plan, entry_id=entry_id)


def _entry_of(exit_: Order) -> int | None:
    """The first order of the trade that was under way when the exit was placed."""
    trades = Trade.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=exit_.created_at),
        account=exit_.account_id,
        symbol=exit_.symbol,
        opened_at__lte=exit_.created_at,
    )
    return trades.order_by("-opened_at").values_list("order", flat=True).first()
