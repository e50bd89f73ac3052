"""Orders that belong together: an entry with its exits, two exits of one position.

Alpaca, "Bracket Orders", "OCO Orders", "OTO Orders": exits wait until the entry has
filled completely; a filled exit cancels the other, a partial fill reduces it; when one
of the group is canceled, so are the rest that are still open.
"""

from __future__ import annotations

from collections.abc import Iterator

from brokers.domain.orders import OrderClass, OrderRole
from brokers.sim.engine import lifecycle
from brokers.sim.engine.orders import SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.venue import Venue


def legs(venue: Venue, order: Order) -> list[Order]:
    orders = venue.holders[order.account_id].orders
    return [orders[leg] for leg in order.legs]


def parent(venue: Venue, order: Order) -> Order | None:
    if order.parent_id is None:
        return None
    return venue.holders[order.account_id].orders[order.parent_id]


def rivals(venue: Venue, order: Order) -> Iterator[Order]:
    """The other open exit of the same quantity, where `order` is one of the two."""
    if order.role is not OrderRole.ENTRY:
        for other in relatives(venue, order):
            if other.role is not OrderRole.ENTRY:
                yield other


def relatives(venue: Venue, order: Order) -> Iterator[Order]:
    """Everything else of the group that is still open."""
    above = parent(venue, order)
    group = legs(venue, order) if above is None else [above, *legs(venue, above)]
    for other in group:
        if other is not order and other.status.is_open:
            yield other


def is_entry(order: Order) -> bool:
    """An order that exits wait for."""
    return order.order_class in _WITH_ENTRY and order.parent_id is None


_WITH_ENTRY = frozenset({OrderClass.BRACKET, OrderClass.OTO})


def end_relatives(venue: Venue, order: Order, status: SimStatus) -> None:
    """The group ends with the one that ended; a filled entry's exits live on."""
    for other in list(relatives(venue, order)):
        lifecycle.end(venue, other, status)


def after_exit_fill(venue: Venue, order: Order) -> None:
    """The other exit gives up what this one has filled."""
    if order.quantity is None:
        return
    left = order.quantity - order.filled
    for other in list(rivals(venue, order)):
        if left <= 0:
            lifecycle.end(venue, other, SimStatus.CANCELED)
        else:
            lifecycle.shrink(venue, other, left)


def adopt(venue: Venue, old: Order, new: Order) -> None:
    """A replacement takes its predecessor's place in the group."""
    new.parent_id, new.legs = old.parent_id, list(old.legs)
    for leg in legs(venue, new):
        leg.parent_id = new.id
        venue.touch(leg)
    above = parent(venue, new)
    if above is not None:
        above.legs = [new.id if leg == old.id else leg for leg in above.legs]
        venue.touch(above)
