"""The seeded market of the practice exchange and the calendar of its venue."""

from __future__ import annotations

from brokers.sim.market.assets import Asset
from brokers.sim.market.calendars import Calendar, Phase
from brokers.sim.market.market import Market
from brokers.sim.market.profiles import Session
from brokers.sim.market.quotes import (
    BarUnit,
    MarketBar,
    MarketQuote,
    MarketTrade,
    Timeframe,
)


__all__ = [
    "Asset",
    "BarUnit",
    "Calendar",
    "Market",
    "MarketBar",
    "MarketQuote",
    "MarketTrade",
    "Phase",
    "Session",
    "Timeframe",
]
