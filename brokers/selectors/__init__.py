"""Reads for pages: owned rows, a fixed number of queries, keyset pages."""

from __future__ import annotations

from brokers.selectors.accounts import (
    Opening,
    account_of,
    accounts_of,
    connection_of,
    feeds_of,
    opening_of,
)
from brokers.selectors.holdings import (
    HeldPosition,
    held_positions,
)
from brokers.selectors.orders import (
    PAGE_SIZE,
    OrderFilter,
    OrderPage,
    count_by_tab,
    fills_of,
    filtered_orders,
    order_of,
    order_page,
    saved_views_of,
    unresolved_commands,
    working_orders,
)
from brokers.selectors.watching import (
    WatchedSymbol,
    instrument_of,
    watched,
    watchlists_of,
)


__all__ = [
    "PAGE_SIZE",
    "HeldPosition",
    "Opening",
    "OrderFilter",
    "OrderPage",
    "WatchedSymbol",
    "account_of",
    "accounts_of",
    "connection_of",
    "count_by_tab",
    "feeds_of",
    "fills_of",
    "filtered_orders",
    "held_positions",
    "instrument_of",
    "opening_of",
    "order_of",
    "order_page",
    "saved_views_of",
    "unresolved_commands",
    "watched",
    "watchlists_of",
    "working_orders",
]
