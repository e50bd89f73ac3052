"""What the market tells: quotes, prints and bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketQuote:
    """Best displayed bid and ask; sizes in shares."""

    symbol: str
    at: datetime
    bid: Decimal
    ask: Decimal
    bid_size: int
    ask_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketTrade:
    """One print; `number` is unique and ascending per symbol."""

    symbol: str
    at: datetime
    price: Decimal
    size: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketBar:
    """One interval from `start`.

    `vwap` weighs each minute's typical price, (high + low + 2 close) / 4, with its
    volume; an average over the prints would cost sixty times as much.
    """

    symbol: str
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    trade_count: int
    vwap: Decimal


class BarUnit(StrEnum):
    MINUTE = "Min"
    HOUR = "Hour"
    DAY = "Day"
    WEEK = "Week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeframe:
    """Alpaca's timeframe: 1 to 59 Min, 1 to 23 Hour, 1 Day, 1 Week."""

    count: int
    unit: BarUnit
