"""What this app holds of a person, for export and erasure."""

from __future__ import annotations

from brokers.models import (
    Account,
    BrokerReference,
    Command,
    Connection,
    Fill,
    Order,
    Position,
    Watchlist,
    WatchlistItem,
)


# Model -> the lookup that leads from it to its person. Credentials are never exported;
# orders, commands and fills are records that a broker's rules want kept, so they stay
# under a pseudonym when the person is erased.
OWNED = {
    Connection: "owner",
    Account: "owner",
    Order: "owner",
    BrokerReference: "order__owner",
    Command: "order__owner",
    Fill: "owner",
    Position: "owner",
    Watchlist: "owner",
    WatchlistItem: "watchlist__owner",
}
