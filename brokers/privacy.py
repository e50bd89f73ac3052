"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from brokers.models import (
    Account,
    Break,
    BreakEvent,
    BrokerReference,
    Command,
    Connection,
    Fill,
    Finding,
    LedgerEntry,
    Order,
    Position,
    ReconciliationReport,
    ReconciliationRun,
    SavedView,
    UnfamiliarWord,
    Watchlist,
    WatchlistItem,
)


# Model -> the lookup that leads from it to its person. Credentials are never exported;
# orders, commands and fills are records that a broker's rules want kept, so they stay
# under a pseudonym when the person is erased.
OWNED = {
    Connection: "owner",
    UnfamiliarWord: "owner",
    Account: "owner",
    Order: "owner",
    BrokerReference: "order__owner",
    Command: "order__owner",
    Fill: "owner",
    Position: "owner",
    LedgerEntry: "owner",
    ReconciliationRun: "owner",
    ReconciliationReport: "owner",
    Break: "owner",
    BreakEvent: "break_of__owner",
    Finding: "run__owner",
    SavedView: "owner",
    Watchlist: "owner",
    WatchlistItem: "watchlist__owner",
}
