"""Orders meet the market and each other, in price-time priority.

The other side of a trade is what the market displays at its best price, finite and
renewed every second, or another account's resting order where that is as good or
better: a resting order came before the quote of this second. Nobody trades with
themselves. Trades happen at the price of whoever was there first.
"""

from __future__ import annotations

from brokers.domain.orders import OrderType, Side, TimeInForce
from brokers.sim.book import Book
from brokers.sim.engine import groups, ledger, lifecycle, offers, stops
from brokers.sim.engine.ledger import Terms
from brokers.sim.engine.offers import Offer
from brokers.sim.engine.orders import EventKind, SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.units import SHARE
from brokers.sim.engine.venue import Venue


# Fills


def fill(venue: Venue, order: Order, terms: Terms) -> None:
    """One execution and all that follows from it."""
    execution = ledger.execute(venue, order, terms)
    complete = order.leaves(terms.price) <= 0
    lifecycle.progress(venue, order, complete=complete)
    ledger.record_fill(venue, order, execution)
    kind = EventKind.FILL if complete else EventKind.PARTIAL_FILL
    venue.emit_fill(kind, order, execution)
    if groups.is_entry(order):
        if complete:
            release_legs(venue, order)
    elif order.parent_id is not None or order.legs:
        groups.after_exit_fill(venue, order)


def release_legs(venue: Venue, order: Order) -> None:
    """The entry has filled: its exits go to the market."""
    for leg in groups.legs(venue, order):
        if leg.status is SimStatus.HELD:
            _release(venue, leg)


def _release(venue: Venue, leg: Order) -> None:
    if offers.eligible(leg, venue.phase):
        enter(venue, leg)
    else:
        lifecycle.queue(venue, leg)


def cancel_rest(venue: Venue, order: Order) -> None:
    lifecycle.end(venue, order, SimStatus.CANCELED)
    groups.end_relatives(venue, order, SimStatus.CANCELED)


# Arriving


def enter(venue: Venue, order: Order) -> None:
    """An order comes to the market, now."""
    lifecycle.activate(venue, order)
    if venue.market.is_halted(order.symbol):
        _rest_or_go(venue, order)
        return
    if order.is_stop:
        _arm(venue, order)
        return
    take(venue, order)


def _arm(venue: Venue, order: Order) -> None:
    last = venue.tick(order.symbol).last
    if order.type is OrderType.TRAILING_STOP:
        stops.follow(order, last)
        venue.touch(order)
    if stops.reached(order, last):
        stops.trigger(venue, order)
        take(venue, order)
    else:
        settle_down(venue, order)


def settle_down(venue: Venue, order: Order) -> None:
    """Into the book, wherever it belongs there."""
    book = venue.book(order.symbol)
    if not order.is_stop:
        book.rest(order, order.working_limit)
    elif order.type is OrderType.TRAILING_STOP:
        book.trail(order)
    elif order.stop is not None:
        book.arm(order, order.stop)


def take(venue: Venue, order: Order) -> None:
    """Takes what is there, then rests, or is gone if it may not rest."""
    if order.time_in_force is TimeInForce.FOK and not offers.fillable(venue, order):
        cancel_rest(venue, order)
        return
    while order.status.is_open:
        offer = offers.best_offer(venue, order)
        if offer is None:
            break
        quantity = min(order.leaves(offer.price), offer.quantity)
        if quantity <= 0:
            break
        _trade(venue, order, offer, quantity=quantity)
    if order.status.is_open:
        _rest_or_go(venue, order)


def _rest_or_go(venue: Venue, order: Order) -> None:
    if order.time_in_force in {TimeInForce.IOC, TimeInForce.FOK}:
        cancel_rest(venue, order)
    else:
        settle_down(venue, order)


def _trade(venue: Venue, order: Order, offer: Offer, *, quantity: int) -> None:
    terms = Terms(quantity=quantity, price=offer.price)
    if offer.maker is None:
        venue.take_displayed(order.symbol, order.side, -(-quantity // SHARE))
        fill(venue, order, terms)
        return
    fill(venue, offer.maker, terms)
    fill(venue, order, terms)


# The market moves


def on_tick(venue: Venue, symbol: str) -> None:
    """A new second: stops first, then what rests, best price and oldest first."""
    book = venue.book(symbol)
    if not len(book) or venue.market.is_halted(symbol):
        return
    for order in _triggered(venue, book, venue.tick(symbol).last):
        if order.id in book:
            book.discard(order)
            stops.trigger(venue, order)
            take(venue, order)
    for side in (Side.BUY, Side.SELL):
        _fill_resting(venue, book, side)


def _triggered(venue: Venue, book: Book[Order], last: int) -> list[Order]:
    for order in book.trailing.values():
        before = order.high_water
        stops.follow(order, last)
        if order.high_water != before:
            venue.trailed[order.id] = order
    waiting = [*book.buy_stops, *book.sell_stops, *book.trailing.values()]
    found = [order for order in waiting if stops.reached(order, last)]
    return sorted(found, key=lambda order: order.priority)


def _fill_resting(venue: Venue, book: Book[Order], side: Side) -> None:
    for order in book.buys if side is Side.BUY else book.sells:
        offer = offers.market_offer(venue, order)
        if offer.quantity <= 0 or not offers.acceptable(order, offer.price):
            return
        quantity = min(order.leaves(offer.price), offer.quantity)
        if order.id in book and quantity > 0:
            _trade(venue, order, offer, quantity=quantity)
