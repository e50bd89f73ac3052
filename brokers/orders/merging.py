"""What one report makes of an order: facts of the book, then the machine's verdict.

Shared by ingest, which writes the outcome, and by `known`, which asks whether there
would be one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q

from brokers.domain.reports import OrderReport
from brokers.models import BrokerReference, Fill
from brokers.orders.adopting import is_stale
from brokers.orders.machine import OrderState, Reported, merge, restate
from brokers.orders.transitions import Booked


# Taken back, or put in place of what was. An inferred fill that gave way to the real
# one is neither.
RESTATED = Q(corrects__isnull=False) | (
    Q(busted_at__isnull=False) & ~Q(execution_id__startswith="inferred:")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many broker ids name an order, and whether executions were taken back."""

    versions: int
    restated: bool


def standing_of(order_ids: Iterable[int]) -> dict[int, Standing]:
    ids = list(order_ids)
    versions = (
        BrokerReference.objects.filter(order__in=ids)
        .values("order_id")
        .annotate(versions=Count("pk"))
        .values_list("order_id", "versions")
    )
    restated = set(
        Fill.objects.filter(RESTATED, order__in=ids).values_list("order_id", flat=True)
    )
    counted = dict(versions)
    return {
        pk: Standing(versions=counted.get(pk, 0), restated=pk in restated) for pk in ids
    }


def first_standing(report: OrderReport) -> Standing:
    """Of an order that no broker id has named before: nothing can be booked on it."""
    ids = {report.replaces, report.broker_order_id, report.replaced_by} - {""}
    return Standing(versions=len(ids), restated=False)


def after(
    order: Booked, state: OrderState, report: OrderReport, *, standing: Standing
) -> OrderState:
    """The state of an order after this report of one of its versions."""
    current = report.broker_order_id == order.broker_order_id
    news = reported(report, current=current, versions=standing.versions)
    if not standing.restated:
        return merge(state, news)
    if is_stale(order, report):
        return state
    return restate(state, news)


def reported(report: OrderReport, *, current: bool, versions: int) -> Reported:
    """What of the report counts for the order.

    One version of several tells neither the order's end, unless it is the current one,
    nor all that was filled, which is left to the fills.
    """
    replaced = bool(report.replaced_by) or not current
    whole = Reported(
        status=None if replaced else report.status,
        filled_quantity=report.filled_quantity,
        average_price=report.average_price,
        broker_word=report.raw_status,
        reason=report.reason,
    )
    return whole if versions <= 1 else replace(whole, filled_quantity=Decimal(0))
