"""The market that a trade met at its entry, from the daily bars before it: its type, and
how far from its average price the trade was entered.

Bars of the entry's own day and later are never looked at. Volatility is measured
against the instrument's own history before the entry, which has to be long enough.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from brokers.domain.reports import BarInterval
from brokers.market.indicators import average_true_range, simple_moving_average
from brokers.models import StoredBar
from journal.analytics import market_type
from journal.analytics.market_type import VolatilityScale
from journal.domain.trades import Direction
from journal.models import Trade


ATR_PERIOD = 20
AVERAGE_PERIOD = 20
_PLACES = 4
# Of the ATR in per cent: fewer days tell nothing of what is normal.
LEAST_HISTORY = 100
_NORMAL_WIDTH = 1.0


class DailyHistory:
    """A symbol's daily bars of one feed, oldest first, read once for many entries."""

    def __init__(self, feed: str, symbol: str) -> None:
        rows = list(
            StoredBar.objects.filter(
                feed=feed, symbol=symbol, interval=BarInterval.DAY_1.value
            )
            .order_by("start")
            .values_list("start", "high", "low", "close")
        )
        self._starts = [start for start, *_ in rows]
        highs = [float(high) for _, high, _, _ in rows]
        lows = [float(low) for _, _, low, _ in rows]
        closes = [float(close) for *_, close in rows]
        self._closes = np.asarray(closes)
        ranges = average_true_range(highs, lows, closes=closes, period=ATR_PERIOD)
        self._ranges = ranges
        self._averages = simple_moving_average(closes, AVERAGE_PERIOD)
        self._range_percents = np.asarray(
            [
                np.nan if value is None else value / close * 100
                for value, close in zip(ranges, closes, strict=True)
            ]
        )

    def before(self, entry: datetime) -> tuple[str, str]:
        """Direction and volatility; "" for each that the bars do not tell."""
        count = self._count(entry)
        if not count:
            return "", ""
        trend = market_type.trend(self._closes[:count])
        direction = "" if trend is None else market_type.direction(trend).value
        return direction, self._volatility(count)

    def distance(self, entry: datetime, price: float) -> float | None:
        """(price - SMA 20) / ATR 20 by the day before; None where bars do not tell."""
        count = self._count(entry)
        average = self._averages[count - 1] if count else None
        usual = self._ranges[count - 1] if count else None
        return None if average is None or not usual else (price - average) / usual

    def _count(self, entry: datetime) -> int:
        """How many bars are of days before the entry's."""
        day = entry.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE)).date()
        return bisect_left(self._starts, datetime.combine(day, time.min, UTC))

    def _volatility(self, count: int) -> str:
        known = self._range_percents[:count]
        known = known[~np.isnan(known)]
        if len(known) < LEAST_HISTORY:
            return ""
        spread = float(known.std(ddof=1))
        if not spread:
            return ""
        scale = VolatilityScale(
            mean=float(known.mean()), sd=spread, normal=_NORMAL_WIDTH
        )
        return market_type.volatility(float(known[-1]), scale).value


def stamp(trades: Iterable[Trade]) -> list[Trade]:
    """Say of each trade what market it met; those that got a word, unsaved."""
    histories: dict[tuple[str, str], DailyHistory] = {}
    stamped = []
    for trade in trades:
        if trade.account is None or (trade.market_direction and trade.is_open):
            continue
        where = (trade.account.connection.feed, trade.symbol)
        if where not in histories:
            histories[where] = DailyHistory(*where)
        direction, volatility = histories[where].before(trade.opened_at)
        trade.market_direction, trade.market_volatility = direction, volatility
        trade.entry_distance = _distance(trade, histories[where])
        if direction or volatility or trade.entry_distance is not None:
            stamped.append(trade)
    return stamped


def _distance(trade: Trade, history: DailyHistory) -> Decimal | None:
    """Of the average entry, in the trade's own direction: above 0 it lies beyond."""
    if trade.entry_price is None:
        return None
    found = history.distance(trade.opened_at, float(trade.entry_price))
    if found is None:
        return None
    return Decimal(str(round(found * Direction(trade.direction).sign, _PLACES)))
