"""Protective stops of a symbol as they stood: at a confirmation, and as they moved.

An order's own exits were decided with it: `stop_loss_price` is what was confirmed and
is never changed later. Where an order brought none, the position's stop that worked at
that moment protects what it adds; of several, the one that lets most be lost.

How a stop order moved is read from what the desk asked of the broker. What was changed
at the broker itself shows as one move, when it was reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
)
from brokers.models import Command, Order
from journal.domain.trades import Direction
from journal.trades.stops import StopMove
from tradedesk.audit.selectors import entries_for


# A stop that is put in another's place is one move: the first has to end before.
REPLACED_WITHIN = timedelta(minutes=2)
_STOPS = [
    kind.value
    for kind in (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)
]
_EXITS = Q(role=OrderRole.STOP.value) | Q(reduces_risk=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From when on a stop stood at a price, and why it was put there, where that was
    said.
    """

    since: datetime
    price: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingStop:
    """A stop order: where it stood since when, and when it ended, filled or not."""

    order_id: int
    parent_id: int | None
    side: str
    steps: Sequence[Step]
    ended_at: datetime | None
    filled: bool
    cancel_reason: str = ""

    def at(self, moment: datetime) -> Decimal | None:
        """None where it did not work, and where its price is not known."""
        if self.ended_at is not None and self.ended_at <= moment:
            return None
        standing = None
        for step in self.steps:
            if step.since <= moment:
                standing = step.price
        return standing


Confirmed = tuple[datetime, Decimal | None, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopHistory:
    """All stops of an account's symbol; `orders` are those whose fills are asked about:
    id -> (when confirmed, own stop, whether it is an exit). `legs` are the first prices
    of stops attached to an order that was placed elsewhere.
    """

    stops: Sequence[WorkingStop]
    orders: Mapping[int, Confirmed]
    legs: Mapping[int, Decimal]

    def at_confirmation(self, order_id: int | None, side: str) -> Decimal | None:
        """The stop that protected what this order filled, as it was confirmed."""
        if order_id is None or order_id not in self.orders:
            return None
        confirmed_at, own, is_exit = self.orders[order_id]
        if own is not None or is_exit:
            return own
        if order_id in self.legs:
            return self.legs[order_id]
        exits = (stop for stop in self.stops if stop.side != side)
        found = [price for stop in exits if (price := stop.at(confirmed_at))]
        if not found:
            return None
        return min(found) if side == Side.BUY.value else max(found)

    def moves(
        self, direction: Direction, opened_at: datetime, closed_at: datetime | None
    ) -> list[StopMove]:
        """What happened to the stops of a trade while it was held, oldest first.

        The stop that came with an entry is no move: it is the trade's first risk. Nor
        is one that went because the trade was closed.
        """
        closing = Side.SELL if direction is Direction.LONG else Side.BUY
        held = [stop for stop in self.stops if stop.side == closing.value]
        found = sorted(
            (move for stop in held for move in _moves(stop)),
            key=lambda one: one.moved_at,
        )
        end = None if closed_at is None else closed_at - REPLACED_WITHIN
        return [
            one
            for one in _joined(found)
            if opened_at <= one.moved_at
            and (closed_at is None or one.moved_at < closed_at)
            and not (end and one.after is None and one.moved_at >= end)
        ]


def _moves(stop: WorkingStop) -> Iterator[StopMove]:
    before: Decimal | None = None
    for number, step in enumerate(stop.steps):
        came_with_an_entry = number == 0 and stop.parent_id is not None
        if not came_with_an_entry and step.price != before:
            yield StopMove(
                moved_at=step.since,
                before=before,
                after=step.price,
                reason=step.reason,
            )
        before = step.price
    if stop.ended_at is not None and not stop.filled and before is not None:
        yield StopMove(
            moved_at=stop.ended_at,
            before=before,
            after=None,
            reason=stop.cancel_reason,
        )


def _joined(moves: Iterable[StopMove]) -> list[StopMove]:
    """One that ended and another that came soon after are one that moved."""
    found: list[StopMove] = []
    for move in moves:
        last = found[-1] if found else None
        if (
            last is not None
            and last.after is None
            and move.before is None
            and move.moved_at - last.moved_at <= REPLACED_WITHIN
        ):
            found[-1] = StopMove(
                moved_at=move.moved_at,
                before=last.before,
                after=move.after,
                reason=last.reason or move.reason,
            )
        else:
            found.append(move)
    return [one for one in found if one.before != one.after]


# Reading


def history(
    account_id: int, symbol: str, *, orders: Any = None, since: datetime | None = None
) -> StopHistory:
    """Stops that worked after `since`, and the `orders` (ids, or a subquery) asked for."""
    stops = Order.objects.filter(
        _EXITS, account=account_id, symbol=symbol, type__in=_STOPS
    ).exclude(status__in=[OrderStatus.DRAFT.value, OrderStatus.DENIED.value])
    if since is not None:
        stops = stops.filter(Q(finished_at=None) | Q(finished_at__gt=since))
    rows = list(stops.select_related("parent").order_by("pk"))
    changes = _changes(rows)
    working = [_working(order, changes.get(order.pk, _UNTOUCHED)) for order in rows]
    first = ((stop.parent_id, stop.steps[0].price) for stop in working)
    return StopHistory(
        stops=working,
        orders={} if orders is None else _confirmed(orders),
        legs={parent: price for parent, price in first if parent and price},
    )


def _confirmed(orders: Any) -> dict[int, Confirmed]:
    rows = Order.objects.filter(pk__in=orders).values_list(
        "pk", "created_at", "submitted_at", "stop_loss_price", "role", "reduces_risk"
    )
    return {
        pk: (
            submitted_at or created_at,
            own,
            bool(reduces or role != OrderRole.ENTRY.value),
        )
        for pk, created_at, submitted_at, own, role, reduces in rows
    }


@dataclass(slots=True, kw_only=True)
class _Asked:
    """What the desk asked of a stop order: prices, and why it was to go."""

    steps: list[Step] = field(default_factory=list)
    cancel_reason: str = ""


_UNTOUCHED = _Asked()


def _changes(orders: Sequence[Order]) -> dict[int, _Asked]:
    """Changed stop prices as they were confirmed, oldest first, and cancels."""
    amended = Q(kind=CommandKind.AMEND.value, change__has_key="stop_price")
    cancelled = Q(kind=CommandKind.CANCEL.value, change__has_key="reason")
    asked = Command.objects.filter(
        amended | cancelled,
        order__in=[order.pk for order in orders],
        status=CommandStatus.CONFIRMED.value,
        finished_at__isnull=False,
    ).order_by("finished_at", "pk")
    found: dict[int, _Asked] = {}
    for order_id, at, change in asked.values_list("order", "finished_at", "change"):
        one, reason = found.setdefault(order_id, _Asked()), change.get("reason", "")
        if at is not None and "stop_price" in change:
            price = Decimal(change["stop_price"])
            one.steps.append(Step(since=at, price=price, reason=reason))
        else:
            one.cancel_reason = reason
    return found


def _working(order: Order, asked: _Asked) -> WorkingStop:
    began = order.submitted_at or order.created_at
    parent = order.parent
    told = parent.stop_loss_price if parent is not None else None
    first = told if told is not None else _first_price(order, asked.steps)
    steps = [Step(since=began, price=first), *asked.steps]
    trails, last = order.type == OrderType.TRAILING_STOP.value, steps[-1]
    if not trails and order.stop_price is not None and order.stop_price != last.price:
        since = max(order.reported_at or began, last.since)
        steps.append(Step(since=since, price=order.stop_price))
    return WorkingStop(
        order_id=order.pk,
        parent_id=order.parent_id,
        side=order.side,
        steps=steps,
        ended_at=order.finished_at,
        filled=order.status == OrderStatus.FILLED.value,
        cancel_reason=asked.cancel_reason,
    )


def _first_price(order: Order, changes: Sequence[Step]) -> Decimal | None:
    """Where a stop of its own began; nobody knows once it has been moved, but the draft
    as it was written down.
    """
    return order.stop_price if not changes else _drafted_stop(order.pk)


def _drafted_stop(order_id: int) -> Decimal | None:
    for entry in entries_for("order", order_id):
        terms = (entry.payload.data or {}).get("terms")
        if terms and terms.get("stop_price"):
            return Decimal(terms["stop_price"])
    return None
