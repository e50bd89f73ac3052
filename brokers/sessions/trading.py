"""Sessions that can trade: opened by submission, amend and cancel alone."""

from __future__ import annotations

from brokers.domain.ports import Trader
from brokers.sessions.context import Connection, broker_of, context_of


def open_trader(connection: Connection) -> Trader:
    """Raises CredentialsError or EndpointError before anything is sent."""
    return broker_of(connection).build_trader(context_of(connection))
