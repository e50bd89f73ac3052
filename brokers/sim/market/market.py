"""The market of a seed: quotes, prints and bars of any instant, computed, not kept.

`Market` is a pure function of (seed, symbol, instant) with a memory for speed only,
but for what the operator of the exchange lays over it: prices nailed down and halts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from brokers.sim.market.aggregate import Span, collect
from brokers.sim.market.assets import ASSETS, Asset
from brokers.sim.market.calendars import Calendar
from brokers.sim.market.listing import Listing
from brokers.sim.market.overlay import Pin
from brokers.sim.market.path import (
    EPOCH,
    EPOCH_SECOND,
    Minutes,
)
from brokers.sim.market.quotes import MarketBar, MarketQuote, MarketTrade, Timeframe
from brokers.sim.market.scale import instant_of, price_of
from brokers.sim.market.ticks import Ticks


class Tick(NamedTuple):
    """One second of a symbol: prices in 0.0001 dollars, sizes in shares."""

    last: int
    bid: int
    ask: int
    bid_size: int
    ask_size: int


def second_of(at: datetime) -> int:
    """Whole seconds since EPOCH; what happens in second n is seen until n + 1.

    Raises:
        ValueError: before EPOCH, where the market begins.
    """
    second = int(at.timestamp() // 1) - EPOCH_SECOND
    if second < 0:
        raise ValueError(f"The market begins at {EPOCH.isoformat()}.")
    return second


def _keep_freed_memory() -> None:
    """Folding bars makes and drops many arrays of some hundred kilobytes. The GNU
    allocator hands each back to the system and faults it in again, which takes most
    of the time, until it has seen a large block freed (mallopt(3), "dynamic mmap
    threshold"); this one is never touched, so it costs nothing.
    """
    np.empty(16 << 20, dtype=np.uint8)


class Market:
    """All symbols of a seed. An unknown symbol raises KeyError."""

    def __init__(self, seed: int, calendar: Calendar) -> None:
        self.seed = seed
        self.calendar = calendar
        self.halted: set[str] = set()
        _keep_freed_memory()
        self._listings = {a.symbol: Listing(seed, a) for a in ASSETS}
        self._symbols = {a.id: a.symbol for a in ASSETS}

    def assets(self) -> Sequence[Asset]:
        return ASSETS

    def asset(self, symbol_or_id: str) -> Asset:
        symbol = self._symbols.get(symbol_or_id, symbol_or_id.upper())
        return self._listings[symbol].asset

    def is_halted(self, symbol: str) -> bool:
        return symbol in self.halted

    # What the operator lays over the path

    def pins(self, symbol: str) -> list[Pin]:
        return self._listings[symbol].pins

    def pinned(self) -> dict[str, list[Pin]]:
        """The symbols that have pins, with them."""
        every = self._listings.items()
        return {symbol: one.pins for symbol, one in every if one.pins}

    def set_pins(self, symbol: str, pins: Sequence[Pin]) -> None:
        listing = self._listings[symbol]
        listing.pins = list(pins)
        listing.forget()

    # The engine's view: scaled integers, seconds since EPOCH

    def ticks(self, symbol: str, first: int, end: int) -> Ticks:
        """Seconds from `first` to before `end`."""
        return self._listings[symbol].ticks(first, end)

    def tick(self, symbol: str, second: int) -> Tick:
        block = self._listings[symbol].block(second // 60)
        row = second % 60
        return Tick(
            int(block.last[row]),
            int(block.bid[row]),
            int(block.ask[row]),
            int(block.bid_size[row]),
            int(block.ask_size[row]),
        )

    def minutes(self, symbol: str, first: int, end: int) -> Minutes:
        """Minutes from `first` to before `end`, both since EPOCH."""
        return self._listings[symbol].minutes(first, end)

    def last_price(self, symbol: str, second: int) -> int:
        """The price of the last print, in 0.0001 dollars."""
        block = self._listings[symbol].block(second // 60)
        return int(block.last[second % 60])

    # Everyone's view

    def quote(self, symbol: str, at: datetime) -> MarketQuote:
        second = second_of(at)
        return self._quotes(symbol, second, second + 1)[0]

    def quotes(
        self, symbol: str, start: datetime, end: datetime, *, limit: int
    ) -> Sequence[MarketQuote]:
        """One quote a second from start to end (both included), oldest first."""
        first, last = _span(start, end, limit)
        return self._quotes(symbol, first, last) if last > first else []

    def _quotes(self, symbol: str, first: int, end: int) -> list[MarketQuote]:
        found = self.ticks(symbol, first, end)
        columns = (found.bid, found.ask, found.bid_size, found.ask_size)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            MarketQuote(
                symbol=symbol,
                at=instant_of(first + number),
                bid=price_of(bid),
                ask=price_of(ask),
                bid_size=bid_size,
                ask_size=ask_size,
            )
            for number, (bid, ask, bid_size, ask_size) in enumerate(rows)
        ]

    def last_trade(self, symbol: str, at: datetime) -> MarketTrade:
        second = second_of(at)
        return self._trades(symbol, second, second + 1)[0]

    def trades(
        self, symbol: str, start: datetime, end: datetime, *, limit: int
    ) -> Sequence[MarketTrade]:
        """The prints from start to end (both included), oldest first."""
        first, last = _span(start, end, limit)
        return self._trades(symbol, first, last) if last > first else []

    def _trades(self, symbol: str, first: int, end: int) -> list[MarketTrade]:
        found = self.ticks(symbol, first, end)
        rows = zip(found.last.tolist(), found.size.tolist(), strict=True)
        return [
            MarketTrade(
                symbol=symbol,
                at=instant_of(first + number),
                price=price_of(price),
                size=size,
                number=first + number,
            )
            for number, (price, size) in enumerate(rows)
        ]

    def bars(
        self,
        symbol: str,
        timeframe: Timeframe,
        *,
        start: datetime,
        end: datetime,
        as_of: datetime,
    ) -> Sequence[MarketBar]:
        """Bars stamped from `start` to before `end`, within the sessions (extended
        hours included), oldest first, from the whole minutes known `as_of`.
        """
        span = Span(start=start, end=end, as_of=as_of)
        listing, calendar = self._listings[symbol], self.calendar
        return collect(
            symbol, listing, calendar=calendar, timeframe=timeframe, span=span
        )


def _span(start: datetime, end: datetime, limit: int) -> tuple[int, int]:
    first = second_of(max(start, EPOCH))
    if start > instant_of(first):
        first += 1
    if end < EPOCH:
        return first, first
    return first, min(second_of(end) + 1, first + limit)
