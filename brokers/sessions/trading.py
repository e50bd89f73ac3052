"""Sessions that can trade: opened by submission, amend and cancel alone."""

from __future__ import annotations

from brokers.domain.ports import Trader
from brokers.sessions.context import Connection, broker_of, context_of
from brokers.wire.budget import Priority


def open_trader(connection: Connection, *, way_out: bool = False) -> Trader:
    """A cancel, and an order that reduces, is a `way_out`: it goes first when the
    connection's rate budget is short.

    Raises CredentialsError or EndpointError before anything is sent.
    """
    priority = Priority.WAY_OUT if way_out else Priority.SUBMIT
    return broker_of(connection).build_trader(context_of(connection, priority))
