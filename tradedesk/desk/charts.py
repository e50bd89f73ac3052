"""A symbol's chart: bars, own orders and fills, in the words that the script draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from brokers.domain.orders import OrderRole
from brokers.domain.reports import BarInterval
from brokers.market import bars
from brokers.market.candles import Chart, Drawing, chart, fill_mark, line, safe_json
from brokers.models import Account, Fill, Instrument, Order, StoredBar
from brokers.selectors import HeldPosition
from tradedesk.desk.ticket.preview import Preview
from tradedesk.web import formatting
from tradedesk.web.queue import hint


INTERVALS = {
    "1m": "1m",
    "5m": "5m",
    "15m": "15m",
    "1h": "1h",
    "1d": "1D",
    "1w": "1W",
}


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
    drawing = Drawing(lines=_lines(held, working, tick), fills=_fills(account, found))
    return chart(symbol, found, interval, drawing=drawing, tick=tick)


def planned_lines(preview: Preview) -> SafeString:
    """The lines of a ticket that is being filled in, for the chart beside it."""
    spec, tick = preview.spec, preview.tick
    planned = (
        ("entry", preview.entry, f"ENTRY {spec.side.value.upper()}", None),
        ("stop", spec.stop_loss_price, "STOP", Decimal(-1)),
        ("target", spec.take_profit_price, "TARGET", preview.target_r),
    )
    lines = [
        line(kind, price, word=word, tick=tick, in_r=in_r)
        for kind, price, word, in_r in planned
        if price is not None
    ]
    return safe_json({"symbol": spec.symbol, "lines": lines})


def _lines(
    held: HeldPosition | None, working: list[Order], tick: Decimal | None
) -> list[dict[str, str]]:
    lines = [_order_line(order, held, tick) for order in working]
    if held is not None and held.position.average_price is not None:
        lines.append(
            line("average", held.position.average_price, word="AVERAGE", tick=tick)
        )
    return [one for one in lines if one is not None]


def _order_line(
    order: Order, held: HeldPosition | None, tick: Decimal | None
) -> dict[str, str] | None:
    price = order.stop_price or order.limit_price
    if price is None:
        return None
    if order.role == OrderRole.ENTRY.value:
        quantity = formatting.quantity(order.remaining)
        return line(
            "working", price, word=f"{order.side.upper()} {quantity}", tick=tick
        )
    word = "STOP" if order.role == OrderRole.STOP.value else "TARGET"
    drawn = line(order.role, price, word=word, tick=tick)
    if r_multiple := _in_r(price, held):
        drawn["text"] += f" {r_multiple}"
    return drawn


def _in_r(price: Decimal, held: HeldPosition | None) -> str:
    if held is None or not held.risk_per_unit or held.position.average_price is None:
        return ""
    sign = 1 if held.position.quantity > 0 else -1
    distance = sign * (price - held.position.average_price)
    return formatting.r_multiple(distance / held.risk_per_unit)


def _fills(account: Account, found: list[StoredBar]) -> list[dict[str, Any]]:
    if not found:
        return []
    fills = Fill.objects.filter(
        account=account,
        symbol=found[0].symbol,
        executed_at__gte=found[0].start,
        busted_at=None,
    ).order_by("executed_at")
    return [
        fill_mark(fill.executed_at, fill.side, quantity=fill.quantity, price=fill.price)
        for fill in fills[:200]
    ]
