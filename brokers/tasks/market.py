"""Bars and quotes by request, for charts and where a stream is silent."""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import shared_task

from brokers.domain.errors import BrokerError
from brokers.domain.reports import BarInterval
from brokers.market import bars, quotes
from brokers.models import Connection, WatchlistItem
from brokers.sessions.reachability import reachable
from brokers.sessions.reading import open_reader
from brokers.wire.budget import Priority
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import events


log = structlog.get_logger(__name__)


def fetch_daily(connection: Connection) -> None:
    """Daily bars of what is watched: the ticket's average true range comes from them."""
    items = WatchlistItem.objects.filter(watchlist__owner=connection.owner_id)
    for symbol in items.values_list("symbol", flat=True).distinct():
        fetch_bars.delay(connection.pk, symbol, BarInterval.DAY_1.value)


@shared_task(name="brokers.tasks.refresh_daily_bars", expires=600)
def refresh_daily_bars() -> None:
    for connection in reachable(SYSTEM_CLOCK.now()):
        fetch_daily(connection)


@shared_task(name="brokers.tasks.fetch_bars", expires=30)
def fetch_bars(connection_id: int, symbol: str, interval: str) -> None:
    """Fetch what a chart wants and tell the page that asked."""
    connection = Connection.objects.get(pk=connection_id)
    kind, now = BarInterval(interval), SYSTEM_CLOCK.now()
    try:
        reader = open_reader(connection, Priority.MARKET_DATA)
        found = reader.get_bars(symbol, kind, now - bars.REACH[kind], now)
    except BrokerError as error:
        log.warning("bars_not_fetched", symbol=symbol, error=error.message)
        return
    bars.store_bars(connection.feed, kind, found)
    told = {"symbol": symbol, "interval": interval}
    events.publish(connection.owner_id, "account", told)


@shared_task(name="brokers.tasks.fetch_quotes", expires=5)
def fetch_quotes(connection_id: int, symbols: list[str]) -> None:
    """Quotes by request, for when the stream is down or knows a symbol not yet."""
    connection = Connection.objects.get(pk=connection_id)
    try:
        found = open_reader(connection, Priority.MARKET_DATA).get_quotes(symbols)
    except BrokerError as error:
        log.warning("quotes_not_fetched", symbols=symbols, error=error.message)
        return
    quotes.store(connection.feed, found, SYSTEM_CLOCK.now())
    quotes.mark_feed_seen(connection.feed, SYSTEM_CLOCK.now())


@shared_task(name="brokers.tasks.refresh_quotes", expires=5)
def refresh_quotes() -> None:
    """Where a stream is silent, ask for the quotes that pages and orders need."""
    now = SYSTEM_CLOCK.now()
    for connection in reachable(now):
        seen = quotes.feed_seen_at(connection.feed)
        symbols = sorted(quotes.wanted(connection.feed, now))
        if symbols and (seen is None or now - seen > timedelta(seconds=5)):
            fetch_quotes.delay(connection.pk, symbols)
