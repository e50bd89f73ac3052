"""What was planned for a trade: the prices and the playbook of its first order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from brokers.models import Order
from journal.models import OrderPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    entry: Decimal | None = None
    stop: Decimal | None = None
    target: Decimal | None = None
    playbook_id: int | None = None


UNPLANNED = Planned()


def plans_of(order_ids: Iterable[int | None]) -> Mapping[int, Planned]:
    """By order: what its ticket carried, else the prices that it asked for itself."""
    ids = {one for one in order_ids if one is not None}
    carried = {
        row[0]: row[1:]
        for row in OrderPlan.objects.filter(order__in=ids).values_list(
            "order",
            "planned_entry",
            "planned_stop",
            "planned_target",
            "playbook_version__playbook",
        )
    }
    nothing = (None, None, None, None)
    found = {}
    for pk, limit, stop, reference, own_stop, own_target in Order.objects.filter(
        pk__in=ids
    ).values_list(
        "pk",
        "limit_price",
        "stop_price",
        "reference_price",
        "stop_loss_price",
        "take_profit_price",
    ):
        entry, stop_loss, target, playbook = carried.get(pk, nothing)
        found[pk] = Planned(
            entry=_first(entry, limit, stop, reference),
            stop=_first(stop_loss, own_stop),
            target=_first(target, own_target),
            playbook_id=playbook,
        )
    return found


def _first(*prices: Decimal | None) -> Decimal | None:
    return next((price for price in prices if price is not None), None)
