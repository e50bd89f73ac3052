"""The newest quote of every symbol, kept where all processes see it.

One hash per feed in Valkey; streams and polls write, pages and rules read. A quote is
never older than it says: its age is told from the venue's own instant, and how old is
too old is for the reader to decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import redis

from brokers.domain.reports import Quote
from tradedesk.web import valkey


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownQuote:
    """A quote with the instant at which it reached us."""

    quote: Quote
    received_at: datetime

    def age_seconds(self, now: datetime) -> Decimal:
        """Since the venue said so; never negative, whatever the clocks."""
        seconds = max((now - self.quote.quoted_at).total_seconds(), 0)
        return Decimal(str(round(seconds, 1)))


def _valkey() -> redis.Redis:
    return valkey.client()


def _key(feed: str) -> str:
    return f"quotes:{feed}"


def store(feed: str, quotes: Iterable[Quote], received_at: datetime) -> None:
    """Keep these as the newest, unless a newer one is known already."""
    fields = {quote.symbol: quote for quote in quotes}
    if not fields:
        return
    known = latest(feed, list(fields))
    newer = {
        symbol: _encode(_joined(quote, known.get(symbol)), received_at)
        for symbol, quote in fields.items()
        if symbol not in known or quote.quoted_at >= known[symbol].quote.quoted_at
    }
    if newer:
        _valkey().hset(
            _key(feed), items=[part for pair in newer.items() for part in pair]
        )


def latest(feed: str, symbols: Sequence[str]) -> dict[str, KnownQuote]:
    """The newest known quote of each symbol; those never seen are absent."""
    if not symbols:
        return {}
    rows = _valkey().hmget(_key(feed), list(symbols))
    found = zip(symbols, rows, strict=True)
    return {
        symbol: _decode(symbol, str(row)) for symbol, row in found if row is not None
    }


def _joined(quote: Quote, known: KnownQuote | None) -> Quote:
    """A quote without a last trade keeps the one that was known."""
    if quote.last is not None or known is None or known.quote.last is None:
        return quote
    return Quote(
        symbol=quote.symbol,
        bid=quote.bid,
        ask=quote.ask,
        bid_size=quote.bid_size,
        ask_size=quote.ask_size,
        quoted_at=quote.quoted_at,
        last=known.quote.last,
        last_at=known.quote.last_at,
    )


_FIGURES = ("bid", "ask", "bid_size", "ask_size", "last")


def _encode(quote: Quote, received_at: datetime) -> str:
    figures = {name: getattr(quote, name) for name in _FIGURES}
    row: dict[str, str | None] = {
        name: None if value is None else str(value) for name, value in figures.items()
    }
    row["quoted_at"] = quote.quoted_at.isoformat()
    row["last_at"] = quote.last_at.isoformat() if quote.last_at else None
    row["received_at"] = received_at.isoformat()
    return json.dumps(row)


def _decode(symbol: str, text: str) -> KnownQuote:
    row: Mapping[str, str | None] = json.loads(text)
    figures = {
        name: Decimal(value) if (value := row[name]) is not None else None
        for name in _FIGURES
    }
    quote = Quote(
        symbol=symbol,
        quoted_at=_instant(row["quoted_at"]) or datetime.min.replace(tzinfo=UTC),
        last_at=_instant(row["last_at"]),
        **figures,
    )
    return KnownQuote(
        quote=quote, received_at=_instant(row["received_at"]) or quote.quoted_at
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def change_percent(
    last: Decimal | None, previous_close: Decimal | None
) -> Decimal | None:
    """How far a price is from the close before, in percent; None where unknown."""
    if last is None or not previous_close:
        return None
    return (last / previous_close - 1) * 100


def feed_seen_at(feed: str) -> datetime | None:
    """When any quote of this feed last reached us."""
    text = _valkey().get(f"feed-seen:{feed}")
    return _instant(str(text)) if text else None


def mark_feed_seen(feed: str, now: datetime) -> None:
    _valkey().set(f"feed-seen:{feed}", now.isoformat(), ex=3600)


def want(feed: str, symbols: Iterable[str], now: datetime) -> None:
    """Ask the stream process to subscribe to these for the next ten minutes."""
    wanted = {symbol: now.timestamp() for symbol in symbols}
    if wanted:
        _valkey().zadd(f"quotes-wanted:{feed}", wanted)


def wanted(feed: str, now: datetime) -> set[str]:
    key = f"quotes-wanted:{feed}"
    _valkey().zremrangebyscore(key, 0, now.timestamp() - 600)
    return {str(symbol) for symbol in _valkey().zrange(key, 0, -1)}
