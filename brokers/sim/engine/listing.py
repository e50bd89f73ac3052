"""What is asked for by filters: orders, activities, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from brokers.sim.engine.accounts import HIDDEN, Activity, ActivityFilter
from brokers.sim.engine.orders import Event, OrderFilter, SimOrder
from brokers.sim.engine.records import Order
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.engine.views import order_view


_ANY = "all"


def told(holder: Holder, order: Order, *, nested: bool) -> SimOrder:
    """An order, with its legs where they are wanted."""
    if not nested:
        return order_view(order)
    legs = tuple(order_view(holder.orders[leg]) for leg in order.legs)
    return order_view(order, legs)


def orders(holder: Holder, wanted: OrderFilter) -> Sequence[SimOrder]:
    found = islice(_orders(holder, wanted), wanted.limit)
    return [told(holder, order, nested=wanted.nested) for order in found]


def _orders(holder: Holder, wanted: OrderFilter) -> Iterator[Order]:
    every = list(holder.orders.values())
    for order in reversed(every) if wanted.descending else every:
        if _status_fits(holder, order, wanted) and _fits(order, wanted):
            yield order


def _status_fits(holder: Holder, order: Order, wanted: OrderFilter) -> bool:
    """Nested, a parent stays listed as open as long as one of its exits is."""
    if order.forgotten or (wanted.nested and order.parent_id is not None):
        return False
    if wanted.status == _ANY:
        return True
    is_open = order.status.is_open
    if wanted.nested and not is_open:
        is_open = any(holder.orders[leg].status.is_open for leg in order.legs)
    return is_open == (wanted.status == "open")


def _fits(order: Order, wanted: OrderFilter) -> bool:
    return (
        (not wanted.symbols or order.symbol in wanted.symbols)
        and (wanted.side is None or order.side is wanted.side)
        and (wanted.after is None or order.created_at > wanted.after)
        and (wanted.until is None or order.created_at < wanted.until)
    )


def activities(holder: Holder, wanted: ActivityFilter) -> Sequence[Activity]:
    ordered: Sequence[Activity] = sorted(
        holder.activities, key=lambda one: one.at, reverse=wanted.descending
    )
    if wanted.page_token:
        ordered = _after_token(ordered, wanted.page_token)
    fitting = (one for one in ordered if _activity_fits(one, wanted))
    return list(islice(fitting, wanted.page_size))


def _after_token(ordered: Sequence[Activity], token: str) -> Sequence[Activity]:
    for place, activity in enumerate(ordered):
        if activity.id == token:
            return ordered[place + 1 :]
    return []


def _activity_fits(activity: Activity, wanted: ActivityFilter) -> bool:
    return (
        activity.status != HIDDEN
        and (not wanted.types or activity.type.value in wanted.types)
        and (wanted.day is None or activity.day == wanted.day)
        and (wanted.after is None or activity.at > wanted.after)
        and (wanted.until is None or activity.at < wanted.until)
    )


def events_since(venue: Venue, sequence: int) -> Sequence[Event]:
    missing = venue.event_sequence - sequence
    if missing <= 0:
        return []
    kept = len(venue.events)
    return list(islice(venue.events, max(kept - missing, 0), kept))
