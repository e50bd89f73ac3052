"""The market's series as sources of pages: bars, quotes and prints, either way round."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol, TypeVar

from brokers.sim.market import (
    BarUnit,
    Market,
    MarketBar,
    MarketQuote,
    MarketTrade,
    Timeframe,
)
from brokers.sim.server.errors import ApiError, bad_request
from brokers.sim.server.paging import Source, Window


UNITS = {
    "Min": (BarUnit.MINUTE, range(1, 60)),
    "T": (BarUnit.MINUTE, range(1, 60)),
    "Hour": (BarUnit.HOUR, range(1, 24)),
    "H": (BarUnit.HOUR, range(1, 24)),
    "Day": (BarUnit.DAY, range(1, 2)),
    "D": (BarUnit.DAY, range(1, 2)),
    "Week": (BarUnit.WEEK, range(1, 2)),
    "W": (BarUnit.WEEK, range(1, 2)),
}
BACKWARDS_STEP = timedelta(minutes=10)
MOST_PER_STEP = 1_000_000
S_co = TypeVar("S_co", covariant=True)


class _Reading(Protocol[S_co]):
    def __call__(
        self, symbol: str, start: datetime, end: datetime, *, limit: int
    ) -> Sequence[S_co]: ...


def parse_timeframe(text: str) -> Timeframe:
    """Alpaca's spelling; months are not modelled.

    Raises:
        ApiError: 400.
    """
    match = re.fullmatch(r"(\d+)([A-Za-z]+)", text)
    if not match or match[2] not in UNITS:
        raise _invalid(text)
    unit, counts = UNITS[match[2]]
    if int(match[1]) not in counts:
        raise _invalid(text)
    return Timeframe(count=int(match[1]), unit=unit)


def _invalid(text: str) -> ApiError:
    return bad_request(f"invalid timeframe: {text}")


def bars(market: Market, timeframe: Timeframe, now: datetime) -> Source[MarketBar]:
    def fetch(symbol: str, window: Window) -> Sequence[MarketBar]:
        after = window.end + timedelta(microseconds=1)
        found = market.bars(symbol, timeframe, start=window.start, end=after, as_of=now)
        return found[::-1] if window.descending else found

    return Source(fetch=fetch, instant=lambda bar: bar.start)


def quotes(market: Market) -> Source[MarketQuote]:
    return Source(fetch=_both_ways(market.quotes), instant=lambda quote: quote.at)


def trades(market: Market) -> Source[MarketTrade]:
    return Source(fetch=_both_ways(market.trades), instant=lambda trade: trade.at)


def _both_ways(read: _Reading[S_co]) -> Callable[[str, Window], Sequence[S_co]]:
    """The market tells its ticks forwards; backwards is told from the end in steps."""

    def fetch(symbol: str, window: Window) -> Sequence[S_co]:
        if not window.descending:
            return read(symbol, window.start, window.end, limit=window.limit + 1)
        return list(islice(backwards(symbol, window), window.limit + 1))

    def backwards(symbol: str, window: Window) -> Iterator[S_co]:
        end = window.end
        while end >= window.start:
            start = max(window.start, end - BACKWARDS_STEP)
            yield from reversed(read(symbol, start, end, limit=MOST_PER_STEP))
            end = start - timedelta(microseconds=1)

    return fetch
