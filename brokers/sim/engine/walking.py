"""The market moves: second by second, but only where orders rest, and minutes whose
range touches none of them are passed over whole.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from brokers.domain.orders import Side
from brokers.sim.book import Book
from brokers.sim.engine import matching, stops
from brokers.sim.engine.records import Order
from brokers.sim.engine.venue import Venue
from brokers.sim.market.noise import Ints
from brokers.sim.market.path import Minutes
from brokers.sim.market.scale import instant_of
from brokers.sim.market.ticks import Ticks


_MINUTE = 60
_LOOKAHEAD_MINUTES = 720
_Flags = NDArray[np.bool_]


def walk(venue: Venue, first: int, last: int) -> None:
    """All seconds from first to last, both included, in order across symbols."""
    if first > last:
        return
    due: list[tuple[int, str]] = []
    for symbol in sorted(venue.books):
        if len(venue.books[symbol]) and not venue.market.is_halted(symbol):
            _schedule(venue, due, symbol, span=(first, last))
    while due:
        second, symbol = heapq.heappop(due)
        venue.move_to(instant_of(second))
        matching.on_tick(venue, symbol)
        if len(venue.books[symbol]):
            _schedule(venue, due, symbol, span=(second + 1, last))


def _schedule(
    venue: Venue, due: list[tuple[int, str]], symbol: str, *, span: tuple[int, int]
) -> None:
    hit = _next_hit(venue, symbol, span)
    if hit is not None:
        heapq.heappush(due, (hit, symbol))


def _next_hit(venue: Venue, symbol: str, span: tuple[int, int]) -> int | None:
    """The first second of a span at which something may happen to what rests.

    Trailing stops follow the price up to, not into, that second.
    """
    second, last = span
    book = venue.books[symbol]
    while second <= last:
        if second % _MINUTE == 0 and last - second >= 2 * _MINUTE:
            second = _skip_quiet(venue, symbol, span=(second, last))
            if second > last:
                return None
        end = min(second - second % _MINUTE + _MINUTE, last + 1)
        ticks = venue.market.ticks(symbol, second, end)
        hits = _hits(book, ticks)
        place = int(hits.argmax())
        if hits[place]:
            _follow(venue, book, ticks.last[:place].tolist())
            return second + place
        _follow(venue, book, ticks.last.tolist())
        second = end
    return None


def _skip_quiet(venue: Venue, symbol: str, *, span: tuple[int, int]) -> int:
    """The start of the first minute whose range may touch something, or the start of
    the last incomplete one; trailing stops follow through the minutes passed over.
    """
    first = span[0] // _MINUTE
    end = min((span[1] + 1) // _MINUTE, first + _LOOKAHEAD_MINUTES)
    book = venue.books[symbol]
    minutes = venue.market.minutes(symbol, first, end)
    loud = _loud(book, minutes)
    place = int(loud.argmax())
    count = place if loud[place] else end - first
    if book.trailing and count:
        low, high = minutes.low[:count].min(), minutes.high[:count].max()
        _follow(venue, book, [int(low), int(high)])
    return (first + count) * _MINUTE


def _follow(venue: Venue, book: Book[Order], prices: list[int]) -> None:
    if not prices:
        return
    for order in book.trailing.values():
        best = max(prices) if order.side is Side.SELL else min(prices)
        before = order.high_water
        stops.follow(order, best)
        if order.high_water != before:
            venue.trailed[order.id] = order


def _hits(book: Book[Order], ticks: Ticks) -> _Flags:
    hits: _Flags = np.zeros(len(ticks.last), dtype=np.bool_)
    if (price := book.highest_buy()) is not None:
        hits |= ticks.ask <= price
    if (price := book.lowest_sell()) is not None:
        hits |= ticks.bid >= price
    if (price := book.lowest_buy_stop()) is not None:
        hits |= ticks.last >= price
    if (price := book.highest_sell_stop()) is not None:
        hits |= ticks.last <= price
    for order in book.trailing.values():
        hits |= _trail_hits(order, ticks.last)
    return hits


def _loud(book: Book[Order], minutes: Minutes) -> _Flags:
    """Minutes in which something may happen. Asks lie at or above the prints and bids
    at or below, so the range of the prints bounds them from the side that matters.
    """
    loud: _Flags = np.zeros(len(minutes.low), dtype=np.bool_)
    for edge in (book.highest_buy(), book.highest_sell_stop()):
        if edge is not None:
            loud |= minutes.low <= edge
    for edge in (book.lowest_sell(), book.lowest_buy_stop()):
        if edge is not None:
            loud |= minutes.high >= edge
    for order in book.trailing.values():
        sell = order.side is Side.SELL
        ahead, behind = (
            (minutes.high, minutes.low) if sell else (minutes.low, minutes.high)
        )
        marks = _marks(order, ahead)
        loud |= _through(order, marks, behind)
    return loud


def _trail_hits(order: Order, last: Ints) -> _Flags:
    return _through(order, _marks(order, last), last)


def _marks(order: Order, ahead: Ints) -> Ints:
    """The high-water mark after each price."""
    start = int(ahead[0]) if order.high_water is None else order.high_water
    if order.side is Side.SELL:
        return np.maximum(np.maximum.accumulate(ahead), start)
    return np.minimum(np.minimum.accumulate(ahead), start)


def _through(order: Order, marks: Ints, behind: Ints) -> _Flags:
    """Where the price has come back to the stop that belongs to each mark."""
    found = stops.trailing_stops(order, marks)
    return behind <= found if order.side is Side.SELL else behind >= found
