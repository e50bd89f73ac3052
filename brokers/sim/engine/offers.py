"""What an arriving order can get, best first, and whether it may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from brokers.domain.orders import Side, TimeInForce
from brokers.sim.engine.records import Order
from brokers.sim.engine.units import SHARE
from brokers.sim.engine.venue import Venue
from brokers.sim.market.calendars import Phase


_AUCTIONS = frozenset({TimeInForce.OPG, TimeInForce.CLS})


def open_to(phase: Phase, *, extended_hours: bool) -> bool:
    """Whether continuous trading goes on for orders that asked for extended hours,
    or did not.
    """
    return phase is Phase.REGULAR or (phase is Phase.EXTENDED and extended_hours)


def eligible(order: Order, phase: Phase) -> bool:
    """Whether an order may trade continuously in this part of the day."""
    if order.time_in_force in _AUCTIONS:
        return False
    return open_to(phase, extended_hours=order.extended_hours)


class Offer(NamedTuple):
    """The best that an arriving order can get; `maker` None is the market itself."""

    price: int
    quantity: int
    maker: Order | None


def acceptable(order: Order, price: int) -> bool:
    limit = order.working_limit
    if limit is None:
        return True
    return price <= limit if order.side is Side.BUY else price >= limit


def _makers(venue: Venue, order: Order) -> Iterator[Offer]:
    """Other accounts' limits on the other side, best first."""
    book = venue.book(order.symbol)
    for other in (book.sells if order.side is Side.BUY else book.buys).in_place():
        limit = other.working_limit
        if limit is not None and other.account_id != order.account_id:
            yield Offer(limit, other.leaves(limit), other)


def market_offer(venue: Venue, order: Order) -> Offer:
    tick = venue.tick(order.symbol)
    price = tick.ask if order.side is Side.BUY else tick.bid
    shares = venue.displayed(order.symbol, order.side)
    return Offer(price, shares * SHARE, None)


def offers(venue: Venue, order: Order) -> list[Offer]:
    """All that an arriving order could take now, best first."""
    found = list(_makers(venue, order))
    shown = market_offer(venue, order)
    if shown.quantity > 0:
        found.append(shown)
    found.sort(key=lambda offer: order.side.sign * offer.price)
    return [offer for offer in found if acceptable(order, offer.price)]


def best_offer(venue: Venue, order: Order) -> Offer | None:
    maker = next(_makers(venue, order), None)
    shown = market_offer(venue, order)
    sign = order.side.sign
    if maker is None or (
        shown.quantity > 0 and sign * shown.price < sign * maker.price
    ):
        best = shown
    else:
        best = maker
    return best if best.quantity > 0 and acceptable(order, best.price) else None


def fillable(venue: Venue, order: Order) -> bool:
    found = offers(venue, order)
    if not found:
        return False
    return sum(one.quantity for one in found) >= order.leaves(found[-1].price)
