"""Bars that were fetched: kept, read back, and what the chart derives from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from brokers.domain.reports import Bar, BarInterval
from brokers.market.indicators import average_true_range
from brokers.models import StoredBar
from tradedesk.reads import Question, Read


ATR_PERIOD = 14

# How far back a chart asks for, so that some 300 to 500 bars are drawn.
REACH = {
    BarInterval.MINUTE_1: timedelta(hours=8),
    BarInterval.MINUTE_5: timedelta(days=2),
    BarInterval.MINUTE_15: timedelta(days=5),
    BarInterval.HOUR_1: timedelta(days=20),
    BarInterval.DAY_1: timedelta(days=730),
    BarInterval.WEEK_1: timedelta(days=730),
}
LENGTH = {
    BarInterval.MINUTE_1: timedelta(minutes=1),
    BarInterval.MINUTE_5: timedelta(minutes=5),
    BarInterval.MINUTE_15: timedelta(minutes=15),
    BarInterval.HOUR_1: timedelta(hours=1),
    BarInterval.DAY_1: timedelta(days=1),
    BarInterval.WEEK_1: timedelta(weeks=1),
}


def store_bars(feed: str, interval: BarInterval, bars: Iterable[Bar]) -> int:
    """Keep these bars; one that is known already is updated, as the last one grows."""
    rows = [
        StoredBar(
            feed=feed,
            symbol=bar.symbol,
            interval=interval.value,
            start=bar.start,
            open=bar.open,
            high=bar.high,
            low=bar.low,
            close=bar.close,
            volume=bar.volume,
        )
        for bar in bars
    ]
    StoredBar.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["feed", "symbol", "interval", "start"],
        update_fields=["open", "high", "low", "close", "volume"],
    )
    return len(rows)


def recent_bars(
    feed: str, symbol: str, *, interval: BarInterval, count: int = 400
) -> list[StoredBar]:
    """The newest bars, oldest first."""
    newest = StoredBar.objects.filter(
        feed=feed, symbol=symbol, interval=interval.value
    ).order_by("-start")[:count]
    return list(reversed(newest))


def are_fresh(bars: Sequence[StoredBar], interval: BarInterval, now: datetime) -> bool:
    """Whether the newest bar is the one that `now` falls into."""
    return bool(bars) and now - bars[-1].start < LENGTH[interval]


def atr_of(bars: Sequence[StoredBar]) -> Decimal | None:
    """The newest average true range over 14 bars, None where history is too short."""
    return _newest_atr([(bar.high, bar.low, bar.close) for bar in bars])


def _newest_atr(bars: Sequence[tuple[Decimal, Decimal, Decimal]]) -> Decimal | None:
    values = average_true_range(
        [float(high) for high, _low, _close in bars],
        [float(low) for _high, low, _close in bars],
        closes=[float(close) for _high, _low, close in bars],
        period=ATR_PERIOD,
    )
    newest = values[-1] if values else None
    return None if newest is None else Decimal(str(round(newest, 6)))


_newest_days = Read(
    lambda feed, symbol: (
        StoredBar.objects.filter(
            feed=feed, symbol=symbol, interval=BarInterval.DAY_1.value
        )
        .order_by("-start")
        .values_list("high", "low", "close")[:60]
    )
)


def question_of_atr(feed: str, symbol: str) -> Question:
    """What `daily_atr` asks."""
    return _newest_days.of(feed, symbol)


def daily_atr(feed: str, symbol: str) -> Decimal | None:
    return _newest_atr(_newest_days(feed, symbol)[::-1])


def previous_closes(feed: str, symbols: Sequence[str], day: date) -> dict[str, Decimal]:
    """The last daily close before `day` of each symbol, in one query."""
    rows = StoredBar.objects.filter(
        feed=feed,
        symbol__in=symbols,
        interval=BarInterval.DAY_1.value,
        start__gte=datetime.combine(day, time.min, UTC) - timedelta(days=10),
        start__lt=datetime.combine(day, time.min, UTC),
    )
    ordered = rows.order_by("symbol", "start").values_list("symbol", "close")
    return dict(ordered)
