"""What a trader is told of an order without having asked: surprises, each once.

A notice stands before the audit entry of the change that it tells of, in the same
transaction.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderRole,
    OrderStatus,
    Side,
    TimeInForce,
)
from brokers.models import Fill, Order, OrderSource
from brokers.orders.machine import OrderState
from tradedesk.core.canonical import decimal_text
from tradedesk.notifications.services import NoticeKind, Severity, notify


AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})

ENDED = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REJECTED})


def ending(order: Order, status: OrderStatus) -> str:
    """Why an order ended, in plain words, where its broker gave no reason; "" where the
    trader asked for it or no reason is needed.
    """
    match status:
        case OrderStatus.EXPIRED:
            return "It ran out of time before it was filled."
        case OrderStatus.REJECTED:
            return "The broker rejected it and gave no reason."
        case OrderStatus.CANCELLED:
            return _why_cancelled(order)
        case _:
            return ""


def _why_cancelled(order: Order) -> str:
    if was_asked(order):
        return ""
    if TimeInForce(order.time_in_force) in AT_ONCE:
        return "What could not be filled at once was cancelled."
    if order.parent_id is not None:
        return "Its group ended: the entry, or the other exit, was done."
    if order.source == OrderSource.EXTERNAL:
        return "Cancelled outside this desk."
    return "The broker cancelled it; nobody asked for that here."


def was_asked(order: Order) -> bool:
    """Whether this desk asked for the end, or for the end of what it is attached to."""
    ids = [order.pk] if order.parent_id is None else [order.pk, order.parent_id]
    wish = order.commands.model.objects.filter(
        order__in=ids, kind=CommandKind.CANCEL.value
    )
    return wish.exclude(status=CommandStatus.REFUSED.value).exists()


def tell_of_end(
    order: Order, before: OrderState, after: OrderState, *, now: datetime
) -> None:
    """An end that the trader did not ask for."""
    at_once = TimeInForce(order.time_in_force) in AT_ONCE
    if after.status not in ENDED or before.status.is_terminal or at_once:
        return
    if order.source != OrderSource.DESK or was_asked(order):
        return
    if after.status is OrderStatus.REJECTED and _is_returned(order):
        tell_of_bare(order, after.reason, now=now)
        return
    expired = after.status is OrderStatus.EXPIRED
    notify(
        order.owner_id,
        kind=NoticeKind.ORDER,
        severity=Severity.INFO if expired else Severity.WARNING,
        title=f"{named(order)}: {after.status.value} by the broker",
        body=f"{after.reason} Filled: {decimal_text(after.filled_quantity)}.",
        url=page_of(order),
        key=f"order:{order.pk}:ended",
        now=now,
    )


def tell_of_growth(
    order: Order,
    *,
    before: OrderState,
    after: OrderState,
    amended: bool,
    now: datetime,
) -> None:
    """A fill after the end, or more filled than was asked for.

    An amended order's fills may come after an end and above its new quantity without
    surprise: only its versions together tell what was asked for.
    """
    if amended or after.filled_quantity <= before.filled_quantity:
        return
    if before.status in ENDED:
        _tell_of_late_fill(order, before, after, now=now)
    if is_overfilled(after.quantity, after.filled_quantity):
        _tell_of_overfill(order, after, now)


def is_overfilled(quantity: Decimal | None, filled: Decimal) -> bool:
    return quantity is not None and filled > quantity


def _tell_of_late_fill(
    order: Order, before: OrderState, after: OrderState, *, now: datetime
) -> None:
    late = decimal_text(after.filled_quantity - before.filled_quantity)
    notify(
        order.owner_id,
        kind=NoticeKind.FILL,
        severity=Severity.WARNING,
        title=f"{named(order)}: filled after it had ended",
        body=(
            f"{late} more came after the broker had said {before.status.value}. The "
            "position has them; look at its stop."
        ),
        url=page_of(order),
        key=f"order:{order.pk}:late:{decimal_text(after.filled_quantity)}",
        now=now,
    )


def _tell_of_overfill(order: Order, after: OrderState, now: datetime) -> None:
    filled = decimal_text(after.filled_quantity)
    asked = decimal_text(after.quantity or Decimal(0))
    notify(
        order.owner_id,
        kind=NoticeKind.FILL,
        severity=Severity.CRITICAL,
        title=f"{named(order)}: more was filled than asked for",
        body=(
            f"{filled} filled of {asked}. All of it is booked. Nothing that adds risk in "
            f"{order.symbol} is sent until the difference is settled with the broker."
        ),
        url=page_of(order),
        key=f"order:{order.pk}:overfill",
        now=now,
    )


def tell_of_bust(order: Order, fill: Fill, now: datetime) -> None:
    notify(
        order.owner_id,
        kind=NoticeKind.FILL,
        severity=Severity.WARNING,
        title=f"{named(order)}: a fill was taken back",
        body=(
            f"The venue took back {_execution(fill)}. The order, the position and the "
            "cash are counted without it."
        ),
        url=page_of(order),
        key=f"fill:{fill.pk}:busted",
        now=now,
    )


def tell_of_correction(order: Order, old: Fill, new: Fill, *, now: datetime) -> None:
    notify(
        order.owner_id,
        kind=NoticeKind.FILL,
        severity=Severity.WARNING,
        title=f"{named(order)}: a fill was corrected",
        body=(
            f"The venue replaced {_execution(old)} by {_execution(new)}. The order, the "
            "position and the cash are counted again."
        ),
        url=page_of(order),
        key=f"fill:{new.pk}:corrected",
        now=now,
    )


def tell_of_return(done: Order, stop: Order, *, now: datetime) -> None:
    """A stop that had given way to an order is placed again, now that this has ended."""
    units = decimal_text(stop.quantity or Decimal(0))
    ended = done.get_status_display()
    why = f": {done.status_reason}" if done.status_reason else "."
    notify(
        stop.owner_id,
        kind=NoticeKind.ORDER,
        severity=Severity.INFO if done.filled_quantity else Severity.WARNING,
        title=f"{stop.symbol}: its stop is placed again",
        body=(
            f"{named(done)} is {ended}{why} The stop that had given way to it is placed "
            f"again, for {units} that are held without one."
        ),
        url=page_of(done),
        key=f"order:{done.pk}:return:{stop.intent}",
        now=now,
    )


def tell_of_bare(stop: Order, why: str, *, now: datetime) -> None:
    """A stop that gave way cannot come back: by our rules, or by the broker's."""
    notify(
        stop.owner_id,
        kind=NoticeKind.ORDER,
        severity=Severity.CRITICAL,
        title=f"{stop.symbol}: a stop could not be placed again",
        body=(
            "It had given way to an order that has ended, and what is held of "
            f"{stop.symbol} is not protected by it any more. {why}"
        ),
        url=reverse("positions"),
        key=f"order:{stop.intent}:bare",
        now=now,
    )


def tell_of_refused_return(order: Order, why: str, *, now: datetime) -> None:
    """The broker did not take a stop that the desk itself has placed again."""
    if _is_returned(order):
        tell_of_bare(order, why, now=now)


def _is_returned(order: Order) -> bool:
    """A stop that had given way and was placed again, by nobody's own hand."""
    ours = order.source == OrderSource.DESK and order.parent_id is None
    by_nobody = order.placed_by_id is None
    return ours and by_nobody and order.role == OrderRole.STOP.value


def _execution(fill: Fill) -> str:
    return f"{decimal_text(fill.quantity)} at {decimal_text(fill.price)}"


def named(order: Order) -> str:
    """As a trader calls it: "Buy 10 ACME"."""
    size = order.quantity if order.quantity is not None else order.notional
    side = "Buy" if order.side == Side.BUY.value else "Sell"
    return f"{side} {decimal_text(size or Decimal(0))} {order.symbol}"


def page_of(order: Order) -> str:
    return reverse("order", args=[order.pk])
