"""The market's type, from the stored daily bars of a symbol that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.cache import cache

from brokers.domain.reports import BarInterval
from brokers.market.bars import are_fresh, recent_bars
from brokers.market.indicators import average_true_range
from brokers.models import Account, StoredBar
from journal.analytics.market_type import (
    PERIOD,
    Direction,
    Volatility,
    direction,
    trend,
    volatility,
)
from tradedesk.web.queue import hint


# What most people mean by the market, and the index fund of the practice exchange; the
# trader may name another one.
USUAL_SYMBOL = "SPY"
USUAL_SYMBOLS = {"practice": "PEAK"}
ATR_PERIOD = 20
# ATR smooths over its whole past: after so many bars the beginning no longer shows.
_BARS = 260
_REMEMBERED_SECONDS = 60
_DAILY = BarInterval.DAY_1


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketType:
    """None where history is too short: 101 closes for the direction, 21 bars for the
    volatility. `trend` is without unit, `range_percent` ATR(20) / close in per cent.
    """

    symbol: str
    day: date | None
    direction: Direction | None
    trend: Decimal | None
    volatility: Volatility | None
    range_percent: Decimal | None

    @property
    def bars_missing(self) -> bool:
        return self.direction is None and self.volatility is None


def market_type(account: Account, symbol: str, now: datetime) -> MarketType:
    """Of the newest stored bars, remembered for a minute; old ones are fetched anew."""
    connection = account.connection
    chosen = symbol or USUAL_SYMBOLS.get(connection.slug, USUAL_SYMBOL)
    key = f"market-type:{connection.feed}:{chosen}".replace(" ", "_")
    known: MarketType | None = cache.get(key)
    if known is None:
        bars = recent_bars(connection.feed, chosen, interval=_DAILY, count=_BARS)
        if not are_fresh(bars, _DAILY, now):
            hint("brokers.tasks.fetch_bars", connection.pk, chosen, _DAILY.value)
        known = of_bars(chosen, bars)
        cache.set(key, known, _REMEMBERED_SECONDS)
    return known


def of_bars(symbol: str, bars: list[StoredBar]) -> MarketType:
    """Daily bars, oldest first."""
    value = trend([float(bar.close) for bar in bars], period=PERIOD)
    share = _range_percent(bars)
    return MarketType(
        symbol=symbol,
        day=_day(bars[-1].start) if bars else None,
        direction=None if value is None else direction(value),
        trend=None if value is None else Decimal(str(round(value, 4))),
        volatility=None if share is None else volatility(share),
        range_percent=None if share is None else Decimal(str(round(share, 4))),
    )


def _day(start: datetime) -> date:
    """A daily bar carries its date's midnight in UTC."""
    return start.date()


def _range_percent(bars: list[StoredBar]) -> float | None:
    ranges = average_true_range(
        [float(bar.high) for bar in bars],
        [float(bar.low) for bar in bars],
        closes=[float(bar.close) for bar in bars],
        period=ATR_PERIOD,
    )
    if not ranges or ranges[-1] is None or not bars[-1].close:
        return None
    return ranges[-1] / float(bars[-1].close) * 100
