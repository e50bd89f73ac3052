"""How an order's status moves. The only module that assigns it."""

from __future__ import annotations

from brokers.sim.engine.orders import EventKind, SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.venue import Holder, Venue


_ENDS = {
    SimStatus.CANCELED: (EventKind.CANCELED, "canceled_at"),
    SimStatus.EXPIRED: (EventKind.EXPIRED, "expired_at"),
    SimStatus.REJECTED: (EventKind.REJECTED, "failed_at"),
    SimStatus.REPLACED: (EventKind.REPLACED, "replaced_at"),
}


def rehold(holder: Holder, order: Order) -> None:
    """Counts again what buying power the order ties up."""
    hold = _hold_of(order)
    holder.holds += hold - order.hold
    order.hold = hold


def _hold_of(order: Order) -> int:
    if not order.opening or not order.status.is_open:
        return 0
    if order.quantity is None:
        return max((order.notional or 0) - order.value, 0)
    return max(order.quantity - order.filled, 0) * order.hold_price


def register(venue: Venue, holder: Holder, order: Order) -> None:
    """Takes a new order in, whatever it then waits for."""
    holder.add_order(order)
    rehold(holder, order)
    if order.status is SimStatus.ACCEPTED:
        venue.waiting[order.id] = order
    venue.touch(order)


def queue(venue: Venue, order: Order) -> None:
    """Accepted, and kept until the session in which it may trade."""
    order.status = SimStatus.ACCEPTED
    venue.waiting[order.id] = order
    venue.touch(order)


def route(venue: Venue, order: Order) -> None:
    """On its way to the market."""
    order.status = SimStatus.PENDING_NEW
    venue.waiting.pop(order.id, None)


def announce_accepted(venue: Venue, order: Order) -> None:
    venue.emit(EventKind.ACCEPTED, order)


def activate(venue: Venue, order: Order) -> None:
    """It is at the market now; said once."""
    venue.waiting.pop(order.id, None)
    if order.status is SimStatus.PARTIALLY_FILLED or order.status is SimStatus.NEW:
        return
    order.status = SimStatus.PARTIALLY_FILLED if order.filled else SimStatus.NEW
    venue.touch(order)
    venue.emit(EventKind.NEW, order)


def shelve(venue: Venue, order: Order) -> None:
    """Out of the book until its next session; its status stays."""
    venue.book(order.symbol).discard(order)
    venue.waiting[order.id] = order


def progress(venue: Venue, order: Order, *, complete: bool) -> None:
    """After a fill: partially or completely filled."""
    holder = venue.holders[order.account_id]
    if order.status.is_open:
        order.status = SimStatus.FILLED if complete else SimStatus.PARTIALLY_FILLED
    if complete:
        order.filled_at = venue.now
        _leave(venue, holder, order)
    rehold(holder, order)
    venue.touch(order)


def _leave(venue: Venue, holder: Holder, order: Order) -> None:
    venue.book(order.symbol).discard(order)
    venue.waiting.pop(order.id, None)
    holder.open.get(order.symbol, {}).pop(order.id, None)


def end(venue: Venue, order: Order, status: SimStatus, *, reason: str = "") -> None:
    """Canceled, expired, rejected or replaced: out of the market, with its event."""
    kind, stamp = _ENDS[status]
    holder = venue.holders[order.account_id]
    order.status = status
    order.reason = reason
    setattr(order, stamp, venue.now)
    _leave(venue, holder, order)
    rehold(holder, order)
    venue.touch(order)
    venue.emit(kind, order)


def revive(venue: Venue, order: Order) -> None:
    """An order that had ended works again, without a word; it waits for its session."""
    holder = venue.holders[order.account_id]
    order.status = SimStatus.PARTIALLY_FILLED if order.filled else SimStatus.NEW
    holder.open.setdefault(order.symbol, {})[order.id] = order
    venue.waiting[order.id] = order
    rehold(holder, order)
    venue.touch(order)


def shrink(venue: Venue, order: Order, leaves: int) -> None:
    """Restates the quantity so that only `leaves` remain: its sibling has filled."""
    order.quantity = order.filled + leaves
    rehold(venue.holders[order.account_id], order)
    venue.touch(order)
    venue.emit(EventKind.RESTATED, order)
