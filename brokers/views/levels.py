"""Prices that a page proposes around a position: on a tick, from the market and its ATR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.http import urlencode

from brokers import selectors
from brokers.forms import typed_price
from brokers.market import bars, quotes
from brokers.models import Instrument, Position


# Two average true ranges: outside a day's noise, as the ticket proposes it.
STOP_IN_ATR = Decimal(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A proposed stop; `query` fills it into the form without a script."""

    label: str
    price: Decimal
    query: str


def stop_levels(position: Position, tick: Decimal) -> list[Level]:
    """Two ATR from the market, and break-even where the market is past it."""
    market, sign = market_price(position), _sign(position)
    found = [] if market is None else _away(position, market, tick=tick, sign=sign)
    cost = position.average_price
    if market is not None and cost is not None and (market - cost) * sign > 0:
        found.append(_level("Break-even", on_tick(cost, tick)))
    return [level for level in found if level.price > 0]


def opposite_stop_levels(position: Position, tick: Decimal) -> Sequence[Level]:
    """For a position the other way: two ATR beyond the market."""
    market = market_price(position)
    if market is None:
        return []
    found = _away(position, market, tick=tick, sign=-_sign(position))
    return [level for level in found if level.price > 0]


def _away(
    position: Position, market: Decimal, *, tick: Decimal, sign: int
) -> list[Level]:
    atr = bars.daily_atr(position.account.connection.feed, position.symbol)
    if atr is None:
        return []
    return [_level("2 ATR", on_tick(market - sign * STOP_IN_ATR * atr, tick))]


def _sign(position: Position) -> int:
    return 1 if position.confirmed_quantity > 0 else -1


def market_price(position: Position) -> Decimal | None:
    """What it could be closed at: the bid for a long, the ask for a short."""
    feed = position.account.connection.feed
    known = quotes.latest(feed, [position.symbol]).get(position.symbol)
    if known is None:
        return None
    quote = known.quote
    side = quote.bid if position.confirmed_quantity > 0 else quote.ask
    return side or quote.last


def _level(label: str, price: Decimal) -> Level:
    query = urlencode({"stop_price": typed_price(price)})
    return Level(label=label, price=price, query=query)


def on_tick(price: Decimal, tick: Decimal) -> Decimal:
    return (price / tick).quantize(Decimal(1), rounding=ROUND_HALF_UP) * tick


def tick_of(position: Position) -> Decimal:
    feed = position.account.connection.feed
    known: Instrument | None = selectors.instrument_of(feed, position.symbol)
    price = position.average_price or position.broker_price or Decimal(1)
    return known.tick_at(price) if known else Decimal("0.01")
