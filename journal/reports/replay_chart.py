"""The candles of a replay as attributes of an SVG: scaled by what is shown alone, so
that not even the room above the last bar tells of what comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from brokers.domain.orders import Side
from brokers.domain.reports import Bar
from journal.reports.replay import EventKind, Frame, Script
from tradedesk.web import formatting


# Places for bars, of which some at the right stay free for what is hidden.
SHOWN, ROOM = 80, 8
WIDTH, HEIGHT = 960.0, 420.0
RIGHT, TOP, BOTTOM = 884.0, 16.0, 392.0
STEP = RIGHT / SHOWN
BODY = STEP * 0.62
TICKS = 5
LABELLED_EVERY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """All as texts of SVG user units; `css` is up (hollow) or down (filled)."""

    css: str
    x: str
    middle: str
    high: str
    low: str
    top: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    css: str
    at: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A fill: a triangle that points up for a buy, down for a sale."""

    points: str
    is_buy: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    at: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """`width` of one body; `edge` is where the shown bars end, `rest` the room that is
    left for the hidden ones.
    """

    width: str
    edge: str
    rest: str
    candles: Sequence[Candle]
    levels: Sequence[Level]
    marks: Sequence[Mark]
    prices: Sequence[Label]
    times: Sequence[Label]


def draw(script: Script, now: Frame, zone: ZoneInfo) -> Drawing:
    first = max(now.place + 1 - SHOWN + ROOM, 0)
    bars = now.bars[first:]
    levels = [
        ("entry", now.average, "average"),
        ("stop", now.stop, "stop"),
        ("target", now.target, "target"),
    ]
    known = [(css, price, word) for css, price, word in levels if price is not None]
    scale = _Scale(bars, [price for _, price, _ in known])
    return Drawing(
        width=_text(BODY),
        edge=_text(len(bars) * STEP),
        rest=_text((SHOWN - len(bars)) * STEP),
        candles=[_candle(bar, number, scale) for number, bar in enumerate(bars)],
        levels=[
            Level(
                css=css,
                at=_text(scale.y(price)),
                label=f"{word} {formatting.price(price)}",
            )
            for css, price, word in known
        ],
        marks=_marks(script, now, scale, first=first),
        prices=scale.labels(),
        times=[
            Label(at=_text(_middle(number)), text=_time(bar.start, script, zone))
            for number, bar in enumerate(bars)
            if number % LABELLED_EVERY == 0
        ],
    )


class _Scale:
    """Prices to heights: the shown bars' range with a little room at both ends."""

    def __init__(self, bars: Sequence[Bar], levels: Sequence[Decimal]) -> None:
        low = min(*(bar.low for bar in bars), *levels, bars[0].low)
        high = max(*(bar.high for bar in bars), *levels, bars[0].high)
        room = (high - low) / 20 or high / 100 or Decimal(1)
        self._low, self._high = float(low - room), float(high + room)

    def y(self, price: Decimal) -> float:
        share = (float(price) - self._low) / (self._high - self._low)
        return BOTTOM - share * (BOTTOM - TOP)

    def labels(self) -> list[Label]:
        step = (self._high - self._low) / TICKS
        prices = [
            Decimal(str(round(self._low + step * (number + 0.5), 2)))
            for number in range(TICKS)
        ]
        return [
            Label(at=_text(self.y(price)), text=formatting.price(price))
            for price in prices
        ]


def _middle(number: int) -> float:
    return (number + 0.5) * STEP


def _candle(bar: Bar, number: int, scale: _Scale) -> Candle:
    top, bottom = scale.y(max(bar.open, bar.close)), scale.y(min(bar.open, bar.close))
    middle = _middle(number)
    return Candle(
        css="up" if bar.close >= bar.open else "down",
        x=_text(middle - BODY / 2),
        middle=_text(middle),
        high=_text(scale.y(bar.high)),
        low=_text(scale.y(bar.low)),
        top=_text(top),
        height=_text(max(bottom - top, 1.0)),
    )


def _marks(script: Script, now: Frame, scale: _Scale, *, first: int) -> list[Mark]:
    found = []
    for place in range(first, now.place + 1):
        for one in script.inside(place):
            if one.kind is EventKind.FILL and one.price is not None:
                x, y = _middle(place - first), scale.y(one.price)
                is_buy = one.side is Side.BUY
                tip = 1 if is_buy else -1
                corners = ((x, y), (x - 5, y + 9 * tip), (x + 5, y + 9 * tip))
                points = " ".join(f"{_text(a)},{_text(b)}" for a, b in corners)
                found.append(Mark(points=points, is_buy=is_buy, words=one.words))
    return found


def _time(start: datetime, script: Script, zone: ZoneInfo) -> str:
    """A daily bar carries its date's midnight in UTC."""
    if script.length.days:
        return f"{start.day} {start:%b}"
    return f"{start.astimezone(zone):%H:%M}"


def _text(value: float) -> str:
    return f"{value:.1f}"
