"""What stands in the way of closing a position: its exits, and entries against it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from brokers.domain.orders import OPEN_STATUSES, OrderStatus, Side
from brokers.models import Order, Position
from tradedesk.web import formatting


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


def exceeds(closing: Order) -> str:
    """Why what was to reduce a position would turn it around by now, or "".

    An exit may fill while it is being cancelled: what is held is less than what was to
    be closed then. Called under the account's lock.
    """
    left = left_to_close(closing)
    if closing.quantity is None or closing.quantity <= left:
        return ""
    return (
        f"{formatting.quantity(left)} {closing.symbol} are left to close by now, and this "
        "was for more: an exit filled first. Nothing was sent."
    )


def left_to_close(closing: Order) -> Decimal:
    """Units that are held still and that this order would reduce; never negative."""
    position = Position.objects.filter(
        account=closing.account_id, symbol=closing.symbol
    ).first()
    held = position.confirmed_quantity if position else Decimal(0)
    return max(-held * Side(closing.side).sign, Decimal(0))


def fills_are_missing(closing: Order) -> bool:
    """Whether an order has filled since whose executions nobody has told us of yet."""
    since = Order.objects.filter(
        account=closing.account_id,
        symbol=closing.symbol,
        finished_at__gte=closing.created_at,
        filled_quantity__gt=0,
    )
    standing = Sum("fills__quantity", filter=Q(fills__busted_at=None))
    told = since.annotate(told=Coalesce(standing, Decimal(0)) + F("opening_quantity"))
    return told.filter(filled_quantity__gt=F("told")).exists()


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
