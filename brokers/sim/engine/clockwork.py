"""Time passes: sessions turn, auctions are held, and prices reach what rests."""

from __future__ import annotations

from datetime import datetime

from brokers.domain.orders import Side, TimeInForce
from brokers.sim.engine import (
    groups,
    lifecycle,
    matching,
    offers,
    positions,
    postings,
    walking,
)
from brokers.sim.engine.ledger import Terms
from brokers.sim.engine.orders import SimStatus
from brokers.sim.engine.records import Order
from brokers.sim.engine.standing import standing
from brokers.sim.engine.units import SHARE
from brokers.sim.engine.venue import Venue
from brokers.sim.market.market import second_of
from brokers.sim.market.profiles import Session


_AUCTION_DEPTH = 50


def advance(venue: Venue, to: datetime) -> None:
    """Brings the venue to an instant, event by event."""
    while venue.now < to:
        boundary = _next_boundary(venue)
        end = min(to, boundary)
        last = second_of(end) - (1 if end == boundary else 0)
        walking.walk(venue, venue.second + 1, last)
        venue.move_to(end)
        if end == boundary:
            _turn(venue)


def tick_now(venue: Venue, symbol: str) -> None:
    """The price changed within the second: what rests meets it at once."""
    name = venue.market.asset(symbol).symbol
    matching.on_tick(venue, name)


# The day


def _next_boundary(venue: Venue) -> datetime:
    session = venue.calendar.current(venue.now)
    for instant in _instants(session):
        if instant > venue.now:
            return instant
    raise AssertionError("the current session lies ahead")


def _instants(session: Session) -> tuple[datetime, datetime, datetime, datetime]:
    return (
        session.extended_opens,
        session.opens,
        session.closes,
        session.extended_closes,
    )


def _turn(venue: Venue) -> None:
    """Everything that happens at this very instant of the day."""
    now = venue.now
    session = venue.calendar.session(venue.calendar.day_of(now))
    before = venue.calendar.previous(now)
    if before.extended_closes == now:
        _end_extended(venue)
    if session is None:
        return
    if session.extended_opens == now:
        _begin_day(venue)
    if session.opens == now:
        _auction(venue, TimeInForce.OPG)
        _release(venue)
    if session.closes == now:
        _auction(venue, TimeInForce.CLS)
        _end_regular(venue, session)


def _begin_day(venue: Venue) -> None:
    for holder in venue.holders.values():
        postings.settle_sales(venue, holder)
        postings.post_fees(venue, holder)
    _release(venue)


def _release(venue: Venue) -> None:
    """What has waited for this part of the day goes to the market, oldest first."""
    phase = venue.phase
    ready = [one for one in venue.waiting.values() if offers.eligible(one, phase)]
    for order in sorted(ready, key=lambda one: one.priority):
        if order.id in venue.waiting:
            matching.enter(venue, order)


def _end_regular(venue: Venue, session: Session) -> None:
    _expire(venue)
    for order in _in_books(venue):
        if not order.extended_hours:
            lifecycle.shelve(venue, order)
    for holder in venue.holders.values():
        account, stand = holder.account, standing(venue, holder)
        account.last_equity = stand.equity
        account.last_maintenance = stand.maintenance
        account.balance_as_of = session.day
        venue.touched.accounts[account.id] = account
        for position in holder.positions.values():
            positions.mark_to_close(venue, position, session.closes)
            venue.touched.positions[account.id, position.symbol] = None


def _end_extended(venue: Venue) -> None:
    _expire(venue)
    for order in _in_books(venue):
        lifecycle.shelve(venue, order)


def _in_books(venue: Venue) -> list[Order]:
    return [order for book in venue.books.values() for order in book.orders()]


def _expire(venue: Venue) -> None:
    """Day orders expire; good-til-canceled ones that are too old are canceled."""
    for holder in venue.holders.values():
        every = [order for found in holder.open.values() for order in found.values()]
        for order in sorted(every, key=lambda one: one.priority):
            if order.status.is_open and order.expires_at <= venue.now:
                aged = order.time_in_force is TimeInForce.GTC
                status = SimStatus.CANCELED if aged else SimStatus.EXPIRED
                lifecycle.end(venue, order, status)
                groups.end_relatives(venue, order, status)


# Auctions


def _auction(venue: Venue, time_in_force: TimeInForce) -> None:
    """Market orders first, then limits by price, all at the print of this second;
    what finds no partner is canceled (Alpaca, "Time in Force").
    """
    entered = [
        order
        for order in venue.waiting.values()
        if order.time_in_force is time_in_force and order.expires_at <= venue.now
    ]
    for order in sorted(entered, key=_auction_rank):
        if order.status.is_open:
            _cross(venue, order)
    for order in entered:
        if order.status.is_open:
            matching.cancel_rest(venue, order)


def _auction_rank(order: Order) -> tuple[bool, int, int]:
    limit = order.limit or 0
    return order.limit is not None, -order.side.sign * limit, order.priority


def _cross(venue: Venue, order: Order) -> None:
    symbol = order.symbol
    price = venue.tick(symbol).last
    if venue.market.is_halted(symbol) or not offers.acceptable(order, price):
        return
    tick = venue.tick(symbol)
    shown = tick.ask_size if order.side is Side.BUY else tick.bid_size
    left = venue.displayed(symbol, order.side) + (_AUCTION_DEPTH - 1) * shown
    quantity = min(order.leaves(price), left * SHARE)
    if quantity > 0:
        lifecycle.activate(venue, order)
        venue.take_displayed(symbol, order.side, -(-quantity // SHARE))
        matching.fill(venue, order, Terms(quantity=quantity, price=price))
