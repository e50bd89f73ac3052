"""A symbol's chart: bars, own orders and fills, in the words that the script draws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from brokers.domain.orders import OrderRole
from brokers.domain.reports import BarInterval
from brokers.market import bars
from brokers.models import Account, Fill, Instrument, Order, StoredBar
from brokers.selectors import HeldPosition
from tradedesk.desk.ticket.preview import Preview
from tradedesk.web import formatting
from tradedesk.web.queue import hint


SHOWN_IN_TABLE = 60
_ESCAPED = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
INTERVALS = {
    "1m": "1m",
    "5m": "5m",
    "15m": "15m",
    "1h": "1h",
    "1d": "1D",
    "1w": "1W",
}


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
class Charted:
    """What is drawn, and for which account; `instrument` None: not known yet."""

    account: Account
    symbol: str
    instrument: Instrument | None


def chart_of(
    charted: Charted,
    interval: BarInterval,
    *,
    held: HeldPosition | None,
    working: list[Order],
    now: datetime,
) -> Chart:
    """The chart from what is stored; older than its interval, new bars are fetched."""
    account, symbol = charted.account, charted.symbol
    instrument = charted.instrument
    feed = account.connection.feed
    found = bars.recent_bars(feed, symbol, interval=interval)
    if not bars.are_fresh(found, interval, now):
        hint("brokers.tasks.fetch_bars", account.connection_id, symbol, interval.value)
    tick = instrument.tick_at(found[-1].close) if instrument and found else None
    return Chart(
        symbol=symbol,
        interval=interval.value,
        json=_json(
            account,
            found,
            interval=interval,
            lines=_lines(held, working, tick),
            tick=tick,
        ),
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


def planned_lines(preview: Preview) -> SafeString:
    """The lines of a ticket that is being filled in, for the chart beside it."""
    spec, tick = preview.spec, preview.tick
    planned = (
        ("entry", preview.entry, f"ENTRY {spec.side.value.upper()}", None),
        ("stop", spec.stop_loss_price, "STOP", Decimal(-1)),
        ("target", spec.take_profit_price, "TARGET", preview.target_r),
    )
    lines = [
        _line(kind, price, word=word, tick=tick, in_r=in_r)
        for kind, price, word, in_r in planned
        if price is not None
    ]
    return _safe({"symbol": spec.symbol, "lines": lines})


def _safe(data: Mapping[str, Any]) -> SafeString:
    """JSON for a data block of a page; what HTML reads is escaped, as in json_script."""
    text = json.dumps(data, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(text)  # noqa: S308 - escaped on the line above


def _json(
    account: Account,
    found: list[StoredBar],
    *,
    interval: BarInterval,
    lines: list[dict[str, str]],
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
        "lines": lines,
        "fills": _fills(account, found),
    }
    return _safe(data)


def _figures(bar: StoredBar) -> list[Any]:
    prices = (bar.open, bar.high, bar.low, bar.close, bar.volume)
    return [
        int(bar.start.timestamp()),
        *(format(price.normalize(), "f") for price in prices),
    ]


def _lines(
    held: HeldPosition | None, working: list[Order], tick: Decimal | None
) -> list[dict[str, str]]:
    lines = [_order_line(order, held, tick) for order in working]
    if held is not None and held.position.average_price is not None:
        lines.append(
            _line("average", held.position.average_price, word="AVERAGE", tick=tick)
        )
    return [line for line in lines if line is not None]


def _order_line(
    order: Order, held: HeldPosition | None, tick: Decimal | None
) -> dict[str, str] | None:
    price = order.stop_price or order.limit_price
    if price is None:
        return None
    if order.role == OrderRole.ENTRY.value:
        quantity = formatting.quantity(order.remaining)
        return _line(
            "working", price, word=f"{order.side.upper()} {quantity}", tick=tick
        )
    word = "STOP" if order.role == OrderRole.STOP.value else "TARGET"
    line = _line(order.role, price, word=word, tick=tick)
    if r_multiple := _in_r(price, held):
        line["text"] += f" {r_multiple}"
    return line


def _in_r(price: Decimal, held: HeldPosition | None) -> str:
    if held is None or not held.risk_per_unit or held.position.average_price is None:
        return ""
    sign = 1 if held.position.quantity > 0 else -1
    distance = sign * (price - held.position.average_price)
    return formatting.r_multiple(distance / held.risk_per_unit)


def _line(
    kind: str,
    price: Decimal,
    *,
    word: str,
    tick: Decimal | None,
    in_r: Decimal | None = None,
) -> dict[str, str]:
    text = f"{word} {formatting.price(price, tick)}"
    if in_r is not None:
        text += f" {formatting.r_multiple(in_r)}"
    return {"kind": kind, "price": format(price.normalize(), "f"), "text": text}


def _fills(account: Account, found: list[StoredBar]) -> list[dict[str, Any]]:
    fills = Fill.objects.filter(
        account=account,
        symbol=found[0].symbol,
        executed_at__gte=found[0].start,
        busted_at=None,
    ).order_by("executed_at")
    return [
        {
            "time": int(fill.executed_at.timestamp()),
            "side": fill.side,
            "text": f"{fill.side.upper()} {formatting.quantity(fill.quantity)} "
            f"at {formatting.price(fill.price)}",
        }
        for fill in fills[:200]
    ]


def _summary(symbol: str, found: list[StoredBar], tick: Decimal | None) -> str:
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
