"""Sessions that can only look: nothing opened here can change anything."""

from __future__ import annotations

from brokers.domain.ports import Reader, Streamer
from brokers.sessions.context import Connection, broker_of, context_of


def open_reader(connection: Connection) -> Reader:
    """Raises CredentialsError or EndpointError before anything is sent."""
    return broker_of(connection).build_reader(context_of(connection))


def open_streamer(connection: Connection) -> Streamer:
    """Raises CredentialsError or EndpointError before anything is sent."""
    return broker_of(connection).build_streamer(context_of(connection))
