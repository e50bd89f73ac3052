"""When a stop triggers, and how a trailing one follows the price."""

from __future__ import annotations

import numpy as np

from brokers.domain.orders import Side
from brokers.sim.engine.records import Order
from brokers.sim.engine.venue import Venue
from brokers.sim.market.noise import Ints
from brokers.sim.market.path import CENT, DOLLAR


_PERCENT = 1_000_000


def reached(order: Order, last: int) -> bool:
    """Whether a print at this price triggers a stop."""
    stop = order.stop
    if stop is None:
        return False
    return last >= stop if order.side is Side.BUY else last <= stop


def trailing_stops(order: Order, marks: Ints) -> Ints:
    """The stops that belong to high-water marks, on the tick away from the market."""
    side = order.side.sign
    if order.trail_price is not None:
        raw = marks + side * order.trail_price
    else:
        raw = marks * (_PERCENT + side * (order.trail_percent or 0)) // _PERCENT
    coarse = side * -(-side * raw // CENT) * CENT
    return np.where(raw >= DOLLAR, coarse, np.maximum(raw, 1))


def trailing_stop(order: Order, mark: int) -> int:
    """The stop that belongs to one high-water mark."""
    return int(trailing_stops(order, np.array([mark]))[0])


def follow(order: Order, last: int) -> None:
    """Moves the high-water mark of a trailing stop, never back."""
    mark = order.high_water
    better = mark is None or (last > mark if order.side is Side.SELL else last < mark)
    if better:
        order.high_water = last
        order.stop = trailing_stop(order, last)


def trigger(venue: Venue, order: Order) -> None:
    """A stop becomes a market order, a stop limit a limit.

    Alpaca turns a stop to buy into a limit 4 % above it, 2.5 % from 50 dollars up
    ("Stop Orders").
    """
    order.triggered = True
    if order.side is Side.BUY and order.limit is None and order.stop is not None:
        per_mille = 25 if order.stop >= 50 * DOLLAR else 40
        collar = order.stop * (1000 + per_mille) // 1000
        order.collar = collar - collar % CENT if collar >= DOLLAR else collar
    venue.touch(order)
