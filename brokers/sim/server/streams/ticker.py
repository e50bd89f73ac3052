"""What the market did since the last look, as messages of the market-data stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from brokers.sim.market import BarUnit, Market, MarketBar, Timeframe
from brokers.sim.server.rendering.market import (
    bar_body,
    quote_body,
    tape,
    trade_body,
)
from brokers.sim.server.streams.market_data import EVERY, MarketData


TEST_SYMBOL = "FAKEPACA"  # the one symbol of Alpaca's own test feed
MOST_PRINTS = 50
LONGEST_GAP = timedelta(minutes=5)
MINUTE = Timeframe(count=1, unit=BarUnit.MINUTE)
DAY = Timeframe(count=1, unit=BarUnit.DAY)
Message = dict[str, Any]


class Ticker:
    """Remembers how far each symbol was told; one for all connections.

    After a jump of market time it goes on from the last minutes: a stream tells of
    now, history is for REST.
    """

    def __init__(self, market: Market, now: datetime) -> None:
        self.market = market
        self.told_until = now
        self.connections: set[MarketData] = set()
        self._halted: set[str] = set()

    def tick(self, now: datetime) -> None:
        """Tell every connection what happened up to now."""
        start = max(self.told_until, now - LONGEST_GAP)
        for symbol in self._wanted():
            actual = self._actual(symbol)
            news = list(self._news(actual, start, now)) if now > start else []
            news += self._status(actual, now)
            for message in news:
                message["S"] = symbol
            for connection in tuple(self.connections):
                connection.deliver(news)
        self.told_until = max(self.told_until, now)

    def _wanted(self) -> list[str]:
        every = set().union(*(each.symbols() for each in self.connections))
        listed = {asset.symbol for asset in self.market.assets()}
        if EVERY in every:
            return sorted(listed)
        return sorted(every & (listed | {TEST_SYMBOL}))

    def _actual(self, symbol: str) -> str:
        return self.market.assets()[0].symbol if symbol == TEST_SYMBOL else symbol

    def _news(self, symbol: str, start: datetime, now: datetime) -> Iterator[Message]:
        asset = self.market.asset(symbol)
        quote = self.market.quote(symbol, now)
        if quote.at > start:
            yield {"T": "q", **quote_body(quote, asset), "t": quote.at}
        after = start + timedelta(microseconds=1)
        for trade in self.market.trades(symbol, after, now, limit=MOST_PRINTS):
            yield {"T": "t", **trade_body(trade, asset), "t": trade.at}
        yield from self._bars(symbol, start, now)

    def _bars(self, symbol: str, start: datetime, now: datetime) -> Iterator[Message]:
        """The minutes that ended since; with each, the day as it stands."""
        first, last = _minute(start), _minute(now)
        if first == last:
            return
        ended = self.market.bars(symbol, MINUTE, start=first, end=last, as_of=now)
        yield from _messages("b", ended)
        days = self.market.bars(
            symbol, DAY, start=now - timedelta(days=4), end=now, as_of=now
        )
        yield from _messages("d", days[-1:])

    def _status(self, symbol: str, now: datetime) -> Iterator[Message]:
        halted = self.market.is_halted(symbol)
        if halted == (symbol in self._halted):
            return
        self._halted ^= {symbol}
        yield {
            "T": "s",
            "sc": "H" if halted else "T",
            "sm": "Trading Halt" if halted else "Trading Resumption",
            "rc": "M" if halted else "",
            "rm": "Halted by the exchange's operator" if halted else "",
            "t": now,
            "z": tape(self.market.asset(symbol)),
        }


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _messages(kind: str, bars: Iterable[MarketBar]) -> Iterator[Message]:
    for bar in bars:
        yield {"T": kind, **bar_body(bar), "t": bar.start}
