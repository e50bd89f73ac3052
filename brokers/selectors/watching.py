"""Watchlists and the newest quotes of what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.market import bars, quotes
from brokers.market.quotes import KnownQuote
from brokers.models import Instrument, Watchlist
from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSymbol:
    symbol: str
    instrument: Instrument | None
    quote: KnownQuote | None
    previous_close: Decimal | None

    @property
    def tick(self) -> Decimal | None:
        """The price step at its newest price; None while the instrument is unknown."""
        last = self.quote.quote.last if self.quote else None
        if self.instrument is None or last is None:
            return None
        return self.instrument.tick_at(last)

    @property
    def change_percent(self) -> Decimal | None:
        last = self.quote.quote.last if self.quote else None
        return quotes.change_percent(last, self.previous_close)


def watchlists_of(user: User) -> list[Watchlist]:
    return list(Watchlist.objects.for_user(user).prefetch_related("items"))


def watched(watchlist: Watchlist, feed: str, now: datetime) -> list[WatchedSymbol]:
    """The rows of a watchlist with their newest quotes; asks the stream for them."""
    symbols = [item.symbol for item in watchlist.items.all()]
    quotes.want(feed, symbols, now)
    known = quotes.latest(feed, symbols)
    closes = bars.previous_closes(feed, symbols, now.date())
    named = {
        row.symbol: row
        for row in Instrument.objects.filter(feed=feed, symbol__in=symbols)
    }
    return [
        WatchedSymbol(
            symbol=symbol,
            instrument=named.get(symbol),
            quote=known.get(symbol),
            previous_close=closes.get(symbol),
        )
        for symbol in symbols
    ]


def instrument_of(feed: str, symbol: str) -> Instrument | None:
    return Instrument.objects.filter(feed=feed, symbol=symbol).first()
