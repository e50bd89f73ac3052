"""Candles for a page: stored bars in the words that `static/js/chart.js` draws.

What is drawn over them (lines, fills) is said by the page; `components/chart.html` takes
what `chart` gives back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from brokers.domain.reports import BarInterval
from brokers.market import bars
from brokers.models import StoredBar
from tradedesk.web import formatting


SHOWN_IN_TABLE = 60
_ESCAPED = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """One bar of the table beside the chart."""

    time: str
    open: str
    high: str
    low: str
    close: str
    volume: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What `components/chart.html` takes; without bars it says that they are coming."""

    symbol: str
    interval: str
    json: SafeString | None
    summary: str
    rows: list[ChartRow]
    newest: StoredBar | None
    atr: Decimal | None
    tick: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What lies over the candles, as `line` and `fill_mark` make it."""

    lines: Sequence[Mapping[str, str]] = ()
    fills: Sequence[Mapping[str, Any]] = ()


def chart(
    symbol: str,
    found: Sequence[StoredBar],
    interval: BarInterval,
    *,
    drawing: Drawing,
    tick: Decimal | None = None,
) -> Chart:
    """The chart of these bars, oldest first."""
    return Chart(
        symbol=symbol,
        interval=interval.value,
        json=_json(found, interval, drawing=drawing, tick=tick),
        summary=_summary(symbol, found, tick),
        rows=[_row(bar, interval, tick) for bar in reversed(found[-SHOWN_IN_TABLE:])],
        newest=found[-1] if found else None,
        atr=_on_tick(bars.atr_of(found), tick),
        tick=tick,
    )


def _on_tick(value: Decimal | None, tick: Decimal | None) -> Decimal | None:
    if value is None or tick is None:
        return value
    return value.quantize(tick.normalize())


def safe_json(data: Mapping[str, Any]) -> SafeString:
    """JSON for a data block of a page; what HTML reads is escaped, as in json_script."""
    text = json.dumps(data, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(text)  # noqa: S308 - escaped on the line above


def _json(
    found: Sequence[StoredBar],
    interval: BarInterval,
    *,
    drawing: Drawing,
    tick: Decimal | None,
) -> SafeString | None:
    if not found:
        return None
    data = {
        "symbol": found[0].symbol,
        "places": formatting.tick_places(tick),
        "bar_seconds": int(bars.LENGTH[interval].total_seconds()),
        "zone": settings.EXCHANGE_TIME_ZONE,
        "bars": [_figures(bar) for bar in found],
        "lines": list(drawing.lines),
        "fills": list(drawing.fills),
    }
    return safe_json(data)


def _figures(bar: StoredBar) -> list[Any]:
    prices = (bar.open, bar.high, bar.low, bar.close, bar.volume)
    return [
        int(bar.start.timestamp()),
        *(format(price.normalize(), "f") for price in prices),
    ]


def line(
    kind: str,
    price: Decimal,
    *,
    word: str,
    tick: Decimal | None = None,
    in_r: Decimal | None = None,
) -> dict[str, str]:
    """A price that says what it is; `kind` is entry, stop, target, working or average."""
    text = f"{word} {formatting.price(price, tick)}"
    if in_r is not None:
        text += f" {formatting.r_multiple(in_r)}"
    return {"kind": kind, "price": format(price.normalize(), "f"), "text": text}


def fill_mark(
    at: datetime, side: str, *, quantity: Decimal, price: Decimal | None
) -> dict[str, Any]:
    return {
        "time": int(at.timestamp()),
        "side": side,
        "text": f"{side.upper()} {formatting.quantity(quantity)} "
        f"at {formatting.price(price)}",
    }


def _summary(symbol: str, found: Sequence[StoredBar], tick: Decimal | None) -> str:
    """One sentence that says what the picture shows."""
    if not found:
        return f"Fetching {symbol} from the broker."
    first, last = found[0], found[-1]
    high = max(bar.high for bar in found)
    low = min(bar.low for bar in found)
    change = (last.close / first.open - 1) * 100 if first.open else None
    return (
        f"{len(found)} bars: {formatting.percent(change, signed=True)} since the first, "
        f"last {formatting.price(last.close, tick)}, between {formatting.price(low, tick)} "
        f"and {formatting.price(high, tick)}."
    )


def _row(bar: StoredBar, interval: BarInterval, tick: Decimal | None) -> ChartRow:
    local = bar.start.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE))
    whole_day = interval in {BarInterval.DAY_1, BarInterval.WEEK_1}
    return ChartRow(
        time=f"{bar.start:%Y-%m-%d}" if whole_day else f"{local:%b %d %H:%M}",
        open=formatting.price(bar.open, tick),
        high=formatting.price(bar.high, tick),
        low=formatting.price(bar.low, tick),
        close=formatting.price(bar.close, tick),
        volume=formatting.compact(bar.volume),
    )
