"""What stands in the way of closing a position: its exits, and entries against it."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from brokers.domain.orders import OPEN_STATUSES, OrderStatus, Side
from brokers.models import Order


# An entry that filled this long before a close has had its exits told by a poll.
TOLD_WITHIN = timedelta(minutes=1)
WORKING = [status.value for status in OPEN_STATUSES]


def in_the_way(closing: Order) -> QuerySet[Order]:
    """The working orders that would make a broker refuse this close.

    Exits hold the very units, and an order that would trade against a working one of
    the same account is refused as a wash trade (Alpaca, "User Protection"). Attached
    orders of an entry that still works go with the entry. What was begun after the
    close, a later entry with its own stop for one, is left alone, and so is the entry
    that waits for this very close.
    """
    others = Order.objects.open().filter(
        account=closing.account_id, symbol=closing.symbol
    )
    if closing.pk is not None:
        others = others.filter(Q(follows=None) | ~Q(follows=closing))
    began = Coalesce("parent__created_at", "created_at")
    return (
        others.exclude(pk=closing.pk or 0)
        .exclude(parent__status__in=WORKING)
        .alias(began=began)
        .filter(began__lte=closing.created_at)
        .order_by("pk")
    )


def are_unknown(closing: Order) -> bool:
    """Whether an entry has filled just now whose exits nobody has told us of yet."""
    filled = Order.objects.filter(
        account=closing.account_id,
        symbol=closing.symbol,
        side=Side(closing.side).opposite.value,
        status=OrderStatus.FILLED.value,
        parent=None,
        legs=None,
        created_at__lte=closing.created_at,
        finished_at__gte=closing.created_at - TOLD_WITHIN,
    )
    asked = Q(stop_loss_price__isnull=False) | Q(take_profit_price__isnull=False)
    return filled.filter(asked).exists()
