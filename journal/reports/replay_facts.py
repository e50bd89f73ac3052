"""The facts of a replay from the database: bars, fills, moved stops, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from brokers.domain.orders import Side
from brokers.domain.reports import Bar, BarInterval
from brokers.market.bars import LENGTH, REACH
from brokers.models import Account, Order, StoredBar
from journal.book.reading import stop_moves
from journal.models import Note, StopMove, Trade, TradeFill
from journal.notes.reading import of_trade
from journal.reports.replay import Event, EventKind, Script
from tradedesk.accounts.models import User
from tradedesk.web import formatting
from tradedesk.web.queue import hint


BARS_BEFORE, BARS_AFTER = 60, 20
# More bars than this in a trade are no exercise but a film.
MOST_BARS = 400
FINEST_FIRST = tuple(LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A trade with the intervals in which bars of its time are stored."""

    trade: Trade
    account: Account | None
    intervals: Sequence[BarInterval]


def stored(trade: Trade) -> Stored:
    account = trade.account or _account_of(trade)
    if account is None:
        return Stored(trade=trade, account=None, intervals=[])
    rows = StoredBar.objects.filter(
        feed=account.connection.feed,
        symbol=trade.symbol,
        interval__in=[one.value for one in FINEST_FIRST],
        start__gt=trade.opened_at - max(LENGTH.values()),
        start__lte=_end(trade),
    )
    known = set(rows.order_by().values_list("interval", flat=True).distinct())
    fit = [
        one
        for one in FINEST_FIRST
        if one.value in known
        and (_end(trade) - trade.opened_at) / LENGTH[one] <= MOST_BARS
    ]
    return Stored(trade=trade, account=account, intervals=fit)


def _account_of(trade: Trade) -> Account | None:
    """Of a netted trade that of its first fill: its prices are those of its feed."""
    fills = TradeFill.objects.filter(trade=trade).select_related("account__connection")
    first = fills.order_by("executed_at", "pk").first()
    return first.account if first else None


def _end(trade: Trade) -> datetime:
    return trade.closed_at or trade.opened_at + timedelta(days=1)


def ask_for_bars(found: Stored, now: datetime) -> bool:
    """Hint that bars are wanted; whether any feed reaches back that far."""
    if found.account is None:
        return False
    for interval in FINEST_FIRST:
        if now - found.trade.opened_at < REACH[interval]:
            connection = found.account.connection_id
            symbol = found.trade.symbol
            hint("brokers.tasks.fetch_bars", connection, symbol, interval.value)
            return True
    return False


def script_of(user: User, found: Stored, interval: BarInterval) -> Script | None:
    """None where no bar of this interval is stored around the trade."""
    trade, length = found.trade, LENGTH[interval]
    bars = _bars(found, interval, length)
    if not bars:
        return None
    return Script(
        bars=bars,
        length=length,
        events=sorted(_events(user, trade), key=lambda one: one.at),
        opened_at=trade.opened_at,
        risk=trade.initial_risk,
        target=trade.planned_target,
    )


def _bars(found: Stored, interval: BarInterval, length: timedelta) -> list[Bar]:
    """Some before the entry, those of the trade, some after its exit."""
    if found.account is None:
        return []
    trade = found.trade
    rows = StoredBar.objects.filter(
        feed=found.account.connection.feed, symbol=trade.symbol, interval=interval.value
    )
    entered = trade.opened_at - length
    before = rows.filter(start__lte=entered).order_by("-start")[:BARS_BEFORE]
    rest = rows.filter(start__gt=entered).order_by("start")
    during = rest.filter(start__lte=_end(trade))[: MOST_BARS + BARS_AFTER]
    after = rest.filter(start__gt=_end(trade))[:BARS_AFTER]
    around = before.union(during, after, all=True)
    return sorted((_bar(one) for one in around), key=lambda one: one.start)


def _bar(row: StoredBar) -> Bar:
    return Bar(
        symbol=row.symbol,
        start=row.start,
        open=row.open,
        high=row.high,
        low=row.low,
        close=row.close,
        volume=row.volume,
    )


def _events(user: User, trade: Trade) -> list[Event]:
    rows = TradeFill.objects.filter(trade=trade).select_related("order")
    fills = list(rows.order_by("executed_at", "pk"))
    orders = {one.order_id: one.order for one in fills if one.order}
    return [
        *(_order(one) for one in orders.values()),
        *(_fill(one) for one in fills),
        *(_stop(one) for one in stop_moves(trade)),
        *(_note(one) for one in of_trade(user, trade)),
    ]


def _order(order: Order) -> Event:
    price = order.limit_price or order.stop_price
    at = "" if price is None else f" at {formatting.price(price)}"
    kind = order.type.replace("_", " ")
    quantity = formatting.quantity(order.quantity)
    return Event(
        at=order.submitted_at or order.created_at,
        kind=EventKind.ORDER,
        words=f"{kind.capitalize()} order: {order.side} {quantity}{at}",
    )


def _stop(move: StopMove) -> Event:
    if move.after is None:
        words = "The stop went"
    elif move.before is None:
        words = f"Stop at {formatting.price(move.after)}"
    else:
        before, after = formatting.price(move.before), formatting.price(move.after)
        words = f"Stop from {before} to {after}"
    if move.reason:
        words = f"{words}: {move.reason}"
    return Event(at=move.at, kind=EventKind.STOP, words=words, price=move.after)


def _note(note: Note) -> Event:
    """When it was written, whatever day it is about: later words know the end."""
    return Event(
        at=note.created_at,
        kind=EventKind.NOTE,
        words=note.heading,
        note_id=note.pk,
    )


def _fill(row: TradeFill) -> Event:
    price = formatting.price(row.price)
    return Event(
        at=row.executed_at,
        kind=EventKind.FILL,
        words=f"{row.side.upper()} {formatting.quantity(row.quantity)} at {price}",
        side=Side(row.side),
        quantity=row.quantity,
        price=row.price,
        fees=row.fees,
    )
