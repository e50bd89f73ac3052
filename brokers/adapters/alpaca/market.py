"""Alpaca's JSON to the desk's reports: market data.

Market data comes as JSON numbers; `load_json` has kept their digits. A price of 0
means that there is no bid or no ask; sizes are in shares (in round lots before
3 November 2025). Both after schema stock_quote of the Market Data API document.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from brokers.domain.reports import Bar, Quote
from brokers.wire.fields import Fields, Unfamiliar


def quote(symbol: str, value: object, unfamiliar: Unfamiliar) -> Quote:
    fields = Fields(value, what="quote", unfamiliar=unfamiliar)
    bid = _price(fields, "bp")
    ask = _price(fields, "ap")
    return Quote(
        symbol=symbol,
        bid=bid,
        ask=ask,
        bid_size=None if bid is None else fields.decimal_or_none("bs"),
        ask_size=None if ask is None else fields.decimal_or_none("as"),
        quoted_at=fields.instant("t"),
    )


def _price(fields: Fields, name: str) -> Decimal | None:
    price = fields.decimal_or_none(name)
    return price or None


def last_trade(value: object, unfamiliar: Unfamiliar) -> tuple[Decimal, datetime]:
    """Price and instant of a trade."""
    fields = Fields(value, what="trade", unfamiliar=unfamiliar)
    return fields.decimal("p"), fields.instant("t")


def with_trade(
    known: Quote | None, symbol: str, trade: tuple[Decimal, datetime]
) -> Quote:
    """The quote as known, with a newer last trade."""
    price, traded_at = trade
    if known is not None:
        return replace(known, last=price, last_at=traded_at)
    return Quote(
        symbol=symbol,
        bid=None,
        ask=None,
        bid_size=None,
        ask_size=None,
        quoted_at=traded_at,
        last=price,
        last_at=traded_at,
    )


def snapshot(symbol: str, value: object, unfamiliar: Unfamiliar) -> Quote | None:
    """Latest quote and trade of a symbol; None where there never was either."""
    fields = Fields(value, what="snapshot", unfamiliar=unfamiliar)
    quoted, traded = fields.raw("latestQuote"), fields.raw("latestTrade")
    latest = quote(symbol, quoted, unfamiliar) if quoted else None
    if not traded:
        return latest
    return with_trade(latest, symbol, last_trade(traded, unfamiliar))


def bar(symbol: str, value: object, unfamiliar: Unfamiliar) -> Bar:
    fields = Fields(value, what="bar", unfamiliar=unfamiliar)
    return Bar(
        symbol=symbol,
        start=fields.instant("t"),
        open=fields.decimal("o"),
        high=fields.decimal("h"),
        low=fields.decimal("l"),
        close=fields.decimal("c"),
        volume=fields.decimal("v"),
    )
