"""Rows and invariants of everything that touches a broker."""

from __future__ import annotations

from brokers.models.account import Account, AccountMode
from brokers.models.bar import StoredBar
from brokers.models.command import Command
from brokers.models.connection import BY_STATEMENT, Connection, ConnectionState
from brokers.models.fill import Fill
from brokers.models.instrument import Instrument
from brokers.models.ledger import LedgerEntry, LedgerKind
from brokers.models.order import BrokerReference, Order, OrderSource
from brokers.models.position import Position
from brokers.models.reconciliation import (
    Break,
    BreakEvent,
    Finding,
    ReconciliationReport,
    ReconciliationRun,
)
from brokers.models.saved_view import SavedView
from brokers.models.unfamiliar import UnfamiliarWord
from brokers.models.watchlist import Watchlist, WatchlistItem


__all__ = [
    "BY_STATEMENT",
    "Account",
    "AccountMode",
    "Break",
    "BreakEvent",
    "BrokerReference",
    "Command",
    "Connection",
    "ConnectionState",
    "Fill",
    "Finding",
    "Instrument",
    "LedgerEntry",
    "LedgerKind",
    "Order",
    "OrderSource",
    "Position",
    "ReconciliationReport",
    "ReconciliationRun",
    "SavedView",
    "StoredBar",
    "UnfamiliarWord",
    "Watchlist",
    "WatchlistItem",
]
