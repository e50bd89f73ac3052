"""Sessions that can only look: nothing opened here can change anything."""

from __future__ import annotations

from brokers.domain.ports import Reader, Streamer
from brokers.sessions.context import Connection, broker_of, context_of
from brokers.wire.budget import Priority


def open_reader(connection: Connection, priority: Priority = Priority.LOOKUP) -> Reader:
    """`priority` says who goes first when the connection's rate budget is short.

    Raises CredentialsError or EndpointError before anything is sent.
    """
    return broker_of(connection).build_reader(context_of(connection, priority))


def open_streamer(connection: Connection) -> Streamer:
    """Raises CredentialsError or EndpointError before anything is sent."""
    context = context_of(connection, Priority.POLL)
    return broker_of(connection).build_streamer(context)
