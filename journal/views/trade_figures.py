"""What a trade's page says of it: plan against actual, stops as they moved, the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Min, QuerySet

from brokers.domain.orders import Side
from brokers.domain.reports import BarInterval
from brokers.market import candles
from brokers.market.bars import LENGTH, REACH
from brokers.models import StoredBar
from journal.book.measuring import record_of
from journal.domain.trades import Direction
from journal.models import StopMove, Trade, TradeFill
from journal.trades.risk import multiple
from journal.trades.stops import StopEffect, stop_effects
from journal.trades.stops import StopMove as Moved
from tradedesk.web import display, formatting
from tradedesk.web.queue import hint


# A daily bar may lie before a long weekend.
REACHES_BACK = timedelta(days=4)
# As many bars as the time held should take in the picture, and as many as are drawn.
LEAST_HELD = 12
MOST_HELD = 300
AROUND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line of the plan beside what became of it; `better` is signed for the trade:
    money per unit, or R.
    """

    label: str
    planned: Decimal | None
    actual: Decimal | None
    better: Decimal | None
    in_r: bool = False


def plan_against_actual(trade: Trade) -> list[Planned]:
    """Entry, stop and exit by price, and the result in R: what was planned, what came."""
    sign = Direction(trade.direction).sign
    return [
        _priced("Entry", trade.planned_entry, trade.entry_price, sign=-sign),
        _priced("Stop", trade.planned_stop, trade.initial_stop, sign=sign),
        _priced("Target, exit", trade.planned_target, trade.exit_price, sign=sign),
        _in_r(trade, sign),
    ]


def _priced(
    label: str, planned: Decimal | None, actual: Decimal | None, *, sign: int
) -> Planned:
    better = None
    if planned is not None and actual is not None:
        better = sign * (actual - planned)
    return Planned(label=label, planned=planned, actual=actual, better=better)


def _in_r(trade: Trade, sign: int) -> Planned:
    entry, stop, target = trade.planned_entry, trade.planned_stop, trade.planned_target
    planned = None
    if entry is not None and stop is not None and target is not None:
        risk = sign * (entry - stop)
        planned = sign * (target - entry) / risk if risk > 0 else None
    actual = trade.r_multiple
    better = None if planned is None or actual is None else actual - planned
    return Planned(
        label="Result", planned=planned, actual=actual, better=better, in_r=True
    )


def giveback(trade: Trade) -> Decimal | None:
    """How much of the best result was given back, in R before fees."""
    if trade.mfe is None or trade.gross is None:
        return None
    return multiple(trade.mfe - trade.gross, trade.initial_risk)


def effects_of(trade: Trade, moves: Sequence[StopMove]) -> list[StopEffect]:
    """The stop's moves with what they did; the trade's fills are at hand."""
    moved = [
        Moved(moved_at=one.at, before=one.before, after=one.after, reason=one.reason)
        for one in moves
    ]
    return stop_effects(record_of(trade), moved)


def held_words(trade: Trade, now: datetime) -> str:
    return formatting.age((trade.closed_at or now) - trade.opened_at)


def span_words(trade: Trade) -> str:
    """From when to when it was held, in the zone of this person."""
    zone = display.current().zone
    opened = trade.opened_at.astimezone(zone)
    began = f"{opened:%H:%M}, {opened.day} {opened:%b %Y}"
    if trade.closed_at is None:
        return f"since {began}"
    closed = trade.closed_at.astimezone(zone)
    if closed.date() == opened.date():
        return f"{opened:%H:%M} to {closed:%H:%M}, {closed.day} {closed:%b %Y}"
    return f"{began} to {closed:%H:%M}, {closed.day} {closed:%b %Y}"


# The picture


def picture(
    trade: Trade,
    *,
    fills: Sequence[TradeFill],
    moves: Sequence[StopMove],
    now: datetime,
) -> candles.Chart | None:
    """Candles around the time held with fills and lines; None for netted accounts."""
    if trade.account is None:
        return None
    until = trade.closed_at or now
    interval = _interval(trade, until)
    bars = [] if interval is None else _bars(trade, interval, until)
    if interval in {None, BarInterval.DAY_1}:
        _ask_for_bars(trade, now)
    drawing = candles.Drawing(lines=_lines(trade, moves), fills=_marks(fills))
    shown = interval or BarInterval.DAY_1
    return candles.chart(trade.symbol, bars, shown, drawing=drawing)


def _interval(trade: Trade, until: datetime) -> BarInterval | None:
    """Of what is stored of that time, the coarsest with enough bars while it was held,
    else the finest; no bars of it at all: None.
    """
    stored = _stored(trade).filter(start__range=(trade.opened_at - REACHES_BACK, until))
    counted = stored.values("interval").annotate(first=Min("start"), bars=Count("pk"))
    found = {
        BarInterval(interval): bars
        for interval, first, bars in counted.values_list("interval", "first", "bars")
        if first <= trade.opened_at
    }
    finest_first = [kind for kind in LENGTH if kind in found]
    held = until - trade.opened_at
    fine = [kind for kind in finest_first if held / LENGTH[kind] <= MOST_HELD]
    enough = [kind for kind in fine if held / LENGTH[kind] >= LEAST_HELD]
    return next(iter([*reversed(enough), *fine, *reversed(finest_first)]), None)


def _stored(trade: Trade) -> QuerySet[StoredBar]:
    feed = "" if trade.account is None else trade.account.connection.feed
    return StoredBar.objects.filter(feed=feed, symbol=trade.symbol)


def _bars(trade: Trade, interval: BarInterval, until: datetime) -> list[StoredBar]:
    """Those of the time held, with some sixty before it and half as many after."""
    stored = _stored(trade).filter(interval=interval.value)
    before = stored.filter(start__lte=trade.opened_at).order_by("-start")[:AROUND]
    held = stored.filter(start__gt=trade.opened_at, start__lte=until)
    after = stored.filter(start__gt=until).order_by("start")[: AROUND // 2]
    found = before.union(held.order_by("start")[:MOST_HELD], after, all=True)
    return sorted(found, key=lambda bar: bar.start)


def _ask_for_bars(trade: Trade, now: datetime) -> None:
    """The finest that reach back to the entry."""
    if trade.account is None:
        return
    for interval in LENGTH:
        if now - trade.opened_at < REACH[interval]:
            connection = trade.account.connection_id
            hint("brokers.tasks.fetch_bars", connection, trade.symbol, interval.value)
            return


def _lines(trade: Trade, moves: Sequence[StopMove]) -> list[dict[str, str]]:
    last = moves[-1].after if moves else None
    wanted = (
        ("entry", trade.entry_price, "ENTRY", None),
        ("stop", trade.initial_stop, "FIRST STOP", Decimal(-1)),
        ("working", last if last != trade.initial_stop else None, "LAST STOP", None),
        ("target", trade.planned_target, "TARGET", None),
        ("average", trade.exit_price, "EXIT", trade.r_multiple),
    )
    return [
        candles.line(kind, price, word=word, in_r=in_r)
        for kind, price, word, in_r in wanted
        if price is not None
    ]


def _marks(fills: Sequence[TradeFill]) -> list[dict[str, object]]:
    return [
        candles.fill_mark(
            one.executed_at,
            Side(one.side).value,
            quantity=one.quantity,
            price=one.price,
        )
        for one in fills[:200]
    ]
