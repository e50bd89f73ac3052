"""Fills that no broker told of, though the order's cumulative quantity proves them.

An execution that a stream dropped and a list leaves out would leave a position short
for ever. After a complete reading the missing part is booked under an id that follows
from the order, so that inferring twice is inferring once, at the price that makes the
averages agree; the real execution takes its place when it is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from brokers.domain.lots import PRICE_STEP
from brokers.domain.orders import OPEN_STATUSES
from brokers.models import Account, Fill, Order
from brokers.orders import holdings
from brokers.orders.conflicts import tried_again
from brokers.orders.fill_log import record_fill
from brokers.orders.locks import lock_account, lock_order
from brokers.orders.machine import average_price
from brokers.orders.merging import standing_of
from brokers.orders.standing import executions_of
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor, system
from tradedesk.core.canonical import decimal_text


INFERRED = "inferred"
# An order that ended longer ago has been looked at by every sync since.
RECENT = timedelta(days=7)

_ZERO = Decimal(0)
_ACTOR = system("sync")


def missing_orders(account: Account, now: datetime) -> QuerySet[Order]:
    """Orders of which more was filled, by their broker's word, than is booked.

    An order from before the account's opening counts with what had been filled of it
    then; one of which that is not known is left out.
    """
    recent = Q(status__in=[status.value for status in OPEN_STATUSES]) | Q(
        finished_at__gte=now - RECENT
    )
    told = Order.objects.filter(recent, account=account, filled_quantity__gt=0)
    if account.opened_at is not None:
        told = told.filter(
            Q(submitted_at__gt=account.opened_at) | Q(opening_quantity__gt=0)
        )
    booked = Coalesce(Sum("fills__quantity", filter=Q(fills__busted_at=None)), _ZERO)
    return told.annotate(booked=booked).filter(
        filled_quantity__gt=F("booked") + F("opening_quantity")
    )


@tried_again
@transaction.atomic
def infer_missing(account_id: int, now: datetime) -> int:
    """Book what is missing of each order; how many fills that made.

    To be called after a sync in which the list of fills was read, and taken in, after
    the list of orders, and read once more where `missing_orders` named any: only what
    is missing then was not just on its way. Orders of which executions were taken back
    and amended ones are left to reconciliation: their cumulative quantity proves
    nothing about single fills.
    """
    account = lock_account(account_id)
    found = list(
        missing_orders(account, now).order_by("pk").values_list("pk", flat=True)
    )
    standing = standing_of(found)
    plain = [
        pk for pk in found if standing[pk].versions <= 1 and not standing[pk].restated
    ]
    return sum(_infer(account, lock_order(pk), now) for pk in plain)


def _infer(account: Account, order: Order, now: datetime) -> int:
    booked = executions_of(order)
    quantity = order.filled_quantity - sum((one.quantity for one in booked), _ZERO)
    price = _price(order, quantity)
    if quantity <= 0 or price is None:
        return 0
    fill = _book(account, order, quantity=quantity, price=price, now=now)
    return int(fill is not None)


def _price(order: Order, quantity: Decimal) -> Decimal | None:
    """What the missing part must have cost, by the broker's own average."""
    booked = executions_of(order)
    whole = order.filled_quantity
    if order.average_price is not None and whole > 0:
        spent = sum((one.quantity * one.price for one in booked), _ZERO)
        price = (order.average_price * whole - spent) / quantity
        if price > 0:
            return price.quantize(PRICE_STEP)
    return average_price(booked) or order.limit_price


def _book(
    account: Account, order: Order, *, quantity: Decimal, price: Decimal, now: datetime
) -> Fill | None:
    """Under an id that says which order is complete up to which quantity by it."""
    name = f"{INFERRED}:{order.broker_order_id}:{decimal_text(order.filled_quantity)}"
    if Fill.objects.filter(account=account, execution_id=name).exists():
        # It gave way in part: what is left of it is told apart by how much that is.
        name = f"{name}:{decimal_text(quantity)}"
    row, is_new = Fill.objects.get_or_create(
        account=account,
        execution_id=name,
        defaults={
            "owner_id": account.owner_id,
            "order": order,
            "broker_order_id": order.broker_order_id,
            "symbol": order.symbol,
            "side": order.side,
            "quantity": quantity,
            "price": price,
            "executed_at": order.reported_at or order.finished_at or now,
            "booked_at": now,
            "told_by": INFERRED,
            "inferred": True,
        },
    )
    if not is_new:
        return None
    holdings.add(account, row, actor=_ACTOR, now=now)
    action = AuditAction.FILL_BOOKED
    record_fill(action, order, row, told_by=row.told_by, actor=_ACTOR, now=now)
    return row


def give_way(
    account: Account,
    order: Order,
    real: Fill,
    *,
    excess: Decimal,
    actor: Actor,
    now: datetime,
) -> bool:
    """Take back what was inferred, up to `excess` units, for an execution that is real.

    Only what was inferred at or after the instant of the real one can stand for it; of
    one that is only remembered, since it was taken back, the instant is not known.
    The position is for the caller to count again. False when nothing gave way.
    """
    stand_ins = order.fills.filter(
        inferred=True, busted_at=None, execution_id__startswith=f"{INFERRED}:"
    ).order_by("executed_at", "execution_id")
    if not real.inferred:
        stand_ins = stand_ins.filter(executed_at__gte=real.executed_at)
    left = excess
    for row in stand_ins:
        if left <= 0:
            break
        row.busted_at = now
        row.bust_reason = f"The execution itself was told: {real.execution_id}"[:200]
        row.save(update_fields=["busted_at", "bust_reason"])
        record_fill(
            AuditAction.FILL_BUSTED,
            order,
            row,
            told_by=row.told_by,
            actor=actor,
            now=now,
            reason=row.bust_reason,
        )
        if row.quantity > left:
            _shrink(account, order, row, by=left, now=now)
        left -= row.quantity
    return left < excess


def _shrink(
    account: Account, order: Order, row: Fill, *, by: Decimal, now: datetime
) -> None:
    """What is still missing beyond the real execution, inferred anew."""
    _book(account, order, quantity=row.quantity - by, price=row.price, now=now)
