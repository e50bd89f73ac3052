"""The seconds inside the minutes: prints and quotes that agree with the bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from brokers.sim.market.assets import Asset
from brokers.sim.market.noise import Floats, Ints, bell, bits, fraction, stream
from brokers.sim.market.path import CENT, DOLLAR, Minutes, round_to_tick


_SECONDS: Final = 60
_DISPLAYED_DOLLARS = 30_000


@dataclass(frozen=True, slots=True)
class Ticks:
    """Consecutive seconds from `first` (seconds since EPOCH), one value each.

    Prices are in 0.0001 dollars, sizes in shares; `size` is what was printed.
    """

    first: int
    last: Ints
    bid: Ints
    ask: Ints
    bid_size: Ints
    ask_size: Ints
    size: Ints

    def cut(self, start: int, end: int) -> Ticks:
        """The seconds from `start` to before `end`."""
        part = slice(start - self.first, end - self.first)
        return Ticks(
            start,
            self.last[part],
            self.bid[part],
            self.ask[part],
            self.bid_size[part],
            self.ask_size[part],
            self.size[part],
        )


class SymbolTicks:
    """Fills the minutes of one symbol with seconds."""

    def __init__(self, seed: int, asset: Asset) -> None:
        self._step = stream(seed, asset.symbol, "second")
        self._turn = stream(seed, asset.symbol, "turn")
        self._print = stream(seed, asset.symbol, "print")
        self._book = stream(seed, asset.symbol, "book")
        self._spread = 0.00015 + asset.daily_volatility * 0.01
        by_money = _DISPLAYED_DOLLARS / float(asset.anchor_price)
        by_volume = asset.daily_volume / 20_000
        self._displayed = min(max(by_money, by_volume, 40.0), 20_000.0)

    def fill(self, minutes: Minutes) -> Ticks:
        """The 60 seconds of each minute."""
        count = len(minutes.open)
        first = minutes.first * _SECONDS
        numbers = np.arange(first, first + count * _SECONDS)
        last = self._prices(minutes, numbers.reshape(count, _SECONDS)).ravel()
        bid, ask = self._quotes(last, numbers)
        raw = bits(self._book, numbers + (1 << 40))
        return Ticks(
            first=first,
            last=last,
            bid=bid,
            ask=ask,
            bid_size=self._sizes(fraction(raw, 0), fraction(raw, 1)),
            ask_size=self._sizes(fraction(raw, 2), fraction(raw, 3)),
            size=self._prints(minutes.volume, numbers.reshape(count, _SECONDS)).ravel(),
        )

    def _prices(self, minutes: Minutes, numbers: Ints) -> Ints:
        rows = np.arange(len(numbers))
        opened, closed = minutes.open[:, None], minutes.close[:, None]
        low, high = minutes.low[:, None], minutes.high[:, None]
        walk = np.cumsum(bell(bits(self._step, numbers)), axis=1)
        along = np.arange(_SECONDS) / (_SECONDS - 1)
        walk -= walk[:, :1] + along * (walk[:, -1:] - walk[:, :1])
        raw = opened + along * (closed - opened) + walk * (high - low) * 0.12
        prices = np.clip(round_to_tick(raw), low, high)
        turn = bits(self._turn, numbers[:, 0] // _SECONDS)
        lowest = 1 + (turn % np.uint64(58)).astype(np.int64)
        gap = 1 + ((turn >> np.uint64(32)) % np.uint64(57)).astype(np.int64)
        highest = 1 + (lowest - 1 + gap) % 58
        prices[rows, lowest] = minutes.low
        prices[rows, highest] = minutes.high
        prices[:, 0], prices[:, -1] = minutes.open, minutes.close
        return prices

    def _quotes(self, last: Ints, numbers: Ints) -> tuple[Ints, Ints]:
        """Bid and ask around the last print, at least one tick apart."""
        raw = bits(self._book, numbers)
        tick = np.where(last >= DOLLAR, CENT, 1)
        wide = last * self._spread * (0.6 + fraction(raw, 0)) / tick
        ticks = np.maximum(np.rint(wide), 1.0).astype(np.int64)
        below = np.rint(ticks * fraction(raw, 1)).astype(np.int64)
        bid = np.maximum(last - below * tick, 1)
        ask = np.maximum(last + (ticks - below) * tick, bid + 1)
        over = ask >= DOLLAR
        return bid, np.where(over, -(-ask // CENT) * CENT, ask)

    def _sizes(self, first: Floats, second: Floats) -> Ints:
        spread = np.exp(1.2 * (first + second - 1.0))
        return np.maximum(self._displayed * spread, 1.0).astype(np.int64)

    def _prints(self, volume: Ints, numbers: Ints) -> Ints:
        """One print a second of at least one share; together the minute's volume."""
        weight = fraction(bits(self._print, numbers), 0) ** 2 + 0.001
        spare = (volume - _SECONDS)[:, None]
        parts = spare * weight / weight.sum(axis=1, keepdims=True)
        share: Ints = 1 + parts.astype(np.int64)
        share[:, 0] += volume - share.sum(axis=1)
        return share
