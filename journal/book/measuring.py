"""What bars say of a trade: how far it ran, and the market that it met.

Bars come when a chart or the worker asked for them, often after the trade has closed, so
that trades wait here for a while. Of the stored intervals the finest that covers the
whole time held is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import Bar, BarInterval
from brokers.market.bars import LENGTH, REACH
from brokers.models import StoredBar
from journal.book import market
from journal.domain.trades import ONE, Direction, FillPart, TradeRecord
from journal.models import Trade
from journal.trades.excursions import Excursion, excursion
from tradedesk.web.queue import hint


# After this bars are no longer waited for; a page of the trade still looks once more.
WAITS = timedelta(hours=6)
# At a time: a task of a few seconds, and no more bars for one trade than a chart draws.
AT_ONCE = 200
MOST_BARS = 3000
_FINEST_FIRST = tuple(kind for kind in LENGTH if kind is not BarInterval.WEEK_1)
_MEASURED = [
    "mae",
    "mfe",
    "mae_r",
    "mfe_r",
    "exit_efficiency",
    "excursion_exact",
    "entry_distance",
    "market_direction",
    "market_volatility",
    "measured_at",
]
_PLACES = Decimal("0.00000001")


def stamp(trades: Iterable[Trade]) -> None:
    """Market types of new trades, in the transaction that wrote them."""
    stamped = market.stamp(trades)
    Trade.objects.bulk_update(
        stamped,
        ["entry_distance", "market_direction", "market_volatility"],
        batch_size=500,
    )


def measure_due(now: datetime) -> int:
    """Measure trades that wait for it; those without bars wait on, or give up."""
    waiting = Trade.objects.closed().filter(measured_at=None, account__isnull=False)
    trades = waiting.select_related("account__connection").order_by("-closed_at")
    return measure(list(trades.prefetch_related("fills")[:AT_ONCE]), now)


def measure(trades: Sequence[Trade], now: datetime) -> int:
    """Write what bars say of these closed trades, with account and fills at hand."""
    done = []
    for trade in trades:
        found = _excursion(trade)
        if found is not None:
            _put(trade, found)
        elif trade.closed_at is None or now - trade.closed_at < WAITS:
            _ask_for_bars(trade, now)
            continue
        trade.measured_at = now
        done.append(trade)
    market.stamp(done)
    Trade.objects.bulk_update(done, _MEASURED, batch_size=500)
    return len(done)


def look_again(trade: Trade, now: datetime) -> None:
    """Measure a closed trade whose bars may have come since it was given up."""
    if not trade.is_open and trade.mfe is None and _excursion(trade) is not None:
        measure([trade], now)


def _put(trade: Trade, found: Excursion) -> None:
    trade.mae, trade.mfe = _rounded(found.mae), _rounded(found.mfe)
    trade.mae_r, trade.mfe_r = _rounded(found.mae_r), _rounded(found.mfe_r)
    trade.exit_efficiency = _rounded(found.efficiency)
    trade.excursion_exact = found.outlying_bars == 0


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(_PLACES)


def _excursion(trade: Trade) -> Excursion | None:
    for interval in _FINEST_FIRST:
        bars = _covering(trade, interval)
        if bars:
            return excursion(record_of(trade), bars, interval=LENGTH[interval])
    return None


def _covering(trade: Trade, interval: BarInterval) -> list[Bar]:
    """Bars from entry to exit; none where the stored ones begin late or end early."""
    length, account, closed_at = LENGTH[interval], trade.account, trade.closed_at
    if account is None or closed_at is None:
        return []
    if (closed_at - trade.opened_at) / length > MOST_BARS:
        return []
    rows = StoredBar.objects.filter(
        feed=account.connection.feed,
        symbol=trade.symbol,
        interval=interval.value,
        start__gt=trade.opened_at - length,
        start__lte=closed_at,
    ).order_by("start")
    bars = [_bar(row) for row in rows]
    covers = (
        bars
        and bars[0].start <= trade.opened_at
        and bars[-1].start + length >= closed_at
    )
    return bars if covers else []


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


def _ask_for_bars(trade: Trade, now: datetime) -> None:
    """The finest interval that reaches back to the entry."""
    if trade.account is None:
        return
    for interval in _FINEST_FIRST:
        if now - trade.opened_at < REACH[interval]:
            connection = trade.account.connection_id
            hint("brokers.tasks.fetch_bars", connection, trade.symbol, interval.value)
            return


def record_of(trade: Trade) -> TradeRecord:
    """A trade's row as the pure functions take it; its fills are read with it."""
    fills = sorted(
        trade.fills.all(), key=lambda one: (one.executed_at, one.execution_id)
    )
    return TradeRecord(
        key=trade.key,
        account_id=trade.account_id,
        symbol=trade.symbol,
        direction=Direction(trade.direction),
        opened_at=trade.opened_at,
        closed_at=trade.closed_at,
        quantity=trade.quantity,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        gross=trade.gross,
        fees=trade.fees,
        net=trade.net,
        initial_risk=trade.initial_risk,
        first_risk=trade.first_risk,
        r_multiple=trade.r_multiple,
        r_first=trade.r_first,
        open_quantity=trade.open_quantity,
        open_cost=trade.open_cost,
        fills=tuple(
            FillPart(
                execution_id=one.execution_id,
                account_id=one.account_id,
                quantity=Side(one.side).sign * one.quantity,
                price=one.price,
                fees=one.fees,
                executed_at=one.executed_at,
                order_id=one.order_id,
                stop_price=one.stop_price,
                multiplier=ONE,
            )
            for one in fills
        ),
        tranches=(),
    )
