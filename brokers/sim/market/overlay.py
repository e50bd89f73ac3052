"""Prices that the operator nails down, laid over the path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brokers.sim.market.path import CENT, DOLLAR, Minutes
from brokers.sim.market.ticks import Ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """From second `start` to before `end` (None: still) the last print is `price`
    (0.0001 dollars), bid and ask lie one tick to either side with `size` shares.
    """

    start: int
    end: int | None
    price: int
    size: int

    def mask(self, first: int, count: int) -> slice:
        """The part of `count` seconds from `first` that it covers."""
        until = count if self.end is None else self.end - first
        return slice(max(self.start - first, 0), max(min(until, count), 0))

    @property
    def bid(self) -> int:
        return max(self.price - (CENT if self.price > DOLLAR else 1), 1)

    @property
    def ask(self) -> int:
        return self.price + (CENT if self.price >= DOLLAR else 1)


def slice_minutes(whole: Minutes, first: int, end: int) -> Minutes:
    part = slice(first - whole.first, end - whole.first)
    return Minutes(
        first,
        whole.open[part],
        whole.high[part],
        whole.low[part],
        whole.close[part],
        whole.volume[part],
    )


def pinned_ticks(raw: Ticks, pins: Sequence[Pin]) -> Ticks:
    """The ticks with every pin laid over them, later pins on top."""
    touching = [pin for pin in pins if _touches(pin, raw.first, len(raw.last))]
    if not touching:
        return raw
    last, bid, ask = raw.last.copy(), raw.bid.copy(), raw.ask.copy()
    bid_size, ask_size = raw.bid_size.copy(), raw.ask_size.copy()
    for pin in touching:
        part = pin.mask(raw.first, len(last))
        last[part], bid[part], ask[part] = pin.price, pin.bid, pin.ask
        bid_size[part] = ask_size[part] = pin.size
    return Ticks(raw.first, last, bid, ask, bid_size, ask_size, raw.size)


def _touches(pin: Pin, first: int, count: int) -> bool:
    part = pin.mask(first, count)
    return bool(part.start < part.stop)


def pinned_minutes(
    raw: Minutes, pins: Sequence[Pin], ticks_of: Callable[[int], Ticks]
) -> Minutes:
    """The minutes with every pin laid over them.

    A minute that a pin covers in full is flat; one that it covers in part is built
    again from its seconds (`ticks_of` gives them, by minute).
    """
    count = len(raw.open)
    touching = [pin for pin in pins if _touches(pin, raw.first * 60, count * 60)]
    if not touching:
        return raw
    opens, highs = raw.open.copy(), raw.high.copy()
    lows, closes = raw.low.copy(), raw.close.copy()
    mixed: set[int] = set()
    for pin in touching:
        part = pin.mask(raw.first * 60, count * 60)
        start, end = -(-part.start // 60), part.stop // 60
        for column in (opens, highs, lows, closes):
            column[start:end] = pin.price
        mixed.update({part.start // 60, (part.stop - 1) // 60})
    for row in sorted(mixed):
        seconds = pinned_ticks(ticks_of(raw.first + row), pins).last
        opens[row], closes[row] = seconds[0], seconds[-1]
        highs[row], lows[row] = seconds.max(), seconds.min()
    return Minutes(raw.first, opens, highs, lows, closes, raw.volume)


def as_row(pin: Pin) -> list[int | None]:
    """A pin as JSON."""
    return [pin.start, pin.end, pin.price, pin.size]


def from_row(row: Sequence[int | None]) -> Pin:
    start, end, price, size = row
    if start is None or price is None or size is None:
        raise ValueError(f"{row!r} is no pin.")
    return Pin(start=start, end=end, price=price, size=size)
