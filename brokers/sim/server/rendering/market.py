"""Assets, sessions, quotes, prints and bars, in the members of Alpaca's documents."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from brokers.sim.market import (
    Asset,
    Calendar,
    MarketBar,
    MarketQuote,
    MarketTrade,
    Session,
)
from brokers.sim.server.values import day, eastern, instant, number


EXCHANGE_CODE = "V"  # IEX: the feed whose name clients ask for without a subscription
EXCHANGES = {EXCHANGE_CODE: "Practice exchange (in IEX's place)"}
CONDITIONS = {"trade": {"@": "Regular Sale"}, "quote": {"R": "Regular, Two-Sided Open"}}
TAPES = {"NYSE": "A", "NASDAQ": "C"}


def asset_body(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "class": "us_equity",
        "exchange": asset.exchange,
        "symbol": asset.symbol,
        "name": asset.name,
        "status": "active",
        "tradable": asset.tradable,
        "marginable": asset.marginable,
        "shortable": asset.shortable,
        "easy_to_borrow": asset.easy_to_borrow,
        "borrow_status": "easy_to_borrow" if asset.easy_to_borrow else "hard_to_borrow",
        "fractionable": asset.fractionable,
        "attributes": ["fractional_eh_enabled"] if asset.fractionable else [],
    }


def clock_body(calendar: Calendar, now: datetime) -> dict[str, Any]:
    return {
        "timestamp": eastern(now),
        "is_open": calendar.is_open(now),
        "next_open": eastern(calendar.next_open(now)),
        "next_close": eastern(calendar.next_close(now)),
    }


def session_body(session: Session, zone: ZoneInfo) -> dict[str, str]:
    """Times of day on the venue's own clock; a session that lasts until midnight is
    told as 23:59, since its day has no later minute.
    """
    last_minute = min(
        session.extended_closes.astimezone(zone),
        datetime.combine(session.day, time(23, 59), zone),
    )
    return {
        "date": day(session.day),
        "open": f"{session.opens.astimezone(zone):%H:%M}",
        "close": f"{session.closes.astimezone(zone):%H:%M}",
        "session_open": f"{session.extended_opens.astimezone(zone):%H%M}",
        "session_close": f"{last_minute:%H%M}",
        "settlement_date": day(session.settles),
    }


def tape(asset: Asset) -> str:
    return TAPES.get(asset.exchange, "B")


def quote_body(quote: MarketQuote, asset: Asset) -> dict[str, Any]:
    return {
        "t": instant(quote.at),
        "bx": EXCHANGE_CODE,
        "bp": number(quote.bid),
        "bs": quote.bid_size,
        "ax": EXCHANGE_CODE,
        "ap": number(quote.ask),
        "as": quote.ask_size,
        "c": ["R"],
        "z": tape(asset),
    }


def trade_body(trade: MarketTrade, asset: Asset) -> dict[str, Any]:
    return {
        "t": instant(trade.at),
        "x": EXCHANGE_CODE,
        "p": number(trade.price),
        "s": trade.size,
        "c": ["@"],
        "i": trade.number,
        "z": tape(asset),
    }


def bar_body(bar: MarketBar) -> dict[str, Any]:
    return {
        "t": instant(bar.start),
        "o": number(bar.open),
        "h": number(bar.high),
        "l": number(bar.low),
        "c": number(bar.close),
        "v": bar.volume,
        "n": bar.trade_count,
        "vw": number(bar.vwap),
    }
