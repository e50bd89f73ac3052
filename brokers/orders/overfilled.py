"""Orders of which more was filled than was asked for, until somebody has settled it."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from brokers.domain.breaks import UNSETTLED, BreakKind
from brokers.models import Break, Order


def overfilled_orders(account_id: int, symbol: str) -> QuerySet[Order]:
    """Of one symbol, by the index `order_overfilled`, which is nearly always empty.

    An amended order does not count: it may have been cut below what was filled. One is
    settled when its break is, or when the venue took the excess back.
    """
    settled = Break.objects.filter(
        account_id=account_id,
        kind=BreakKind.OVERFILL.value,
        subject=OuterRef("broker_order_id"),
    ).exclude(status__in=[status.value for status in UNSETTLED])
    return (
        Order.objects.filter(
            account_id=account_id, symbol=symbol, filled_quantity__gt=F("quantity")
        )
        .exclude(Exists(settled))
        .annotate(versions=Count("references"))
        .filter(versions__lte=1)
    )
