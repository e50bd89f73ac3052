"""The one place where a connection's credentials are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Protocol

from django.conf import settings

from brokers.domain.errors import NotAuthorised
from brokers.domain.ports import AdapterContext
from brokers.registry import Broker, broker_named, endpoints_of
from brokers.sessions.budget import Budget
from brokers.wire.budget import Priority


class Connection(Protocol):
    """What is needed of `brokers.models.Connection`: `credentials` is JSON text,
    decrypted when it is read.
    """

    @property
    def slug(self) -> str: ...

    @property
    def environment(self) -> str: ...

    @property
    def credentials(self) -> str: ...

    @property
    def endpoints(self) -> Mapping[str, str]: ...


class CredentialsError(NotAuthorised):
    """The stored credentials are not those that the broker needs; nothing was sent."""


def broker_of(connection: Connection) -> Broker:
    return broker_named(connection.slug)


def budget_of(connection: Connection) -> Budget:
    """The rate budget of a connection; one that is not stored yet goes by its keys."""
    stored = getattr(connection, "pk", None)
    name = str(stored) if stored is not None else _fingerprint(connection)
    table = broker_of(connection).capabilities
    return Budget(name=name, requests_per_minute=table.requests_per_minute)


def _fingerprint(connection: Connection) -> str:
    told = f"{connection.slug} {connection.environment} {connection.credentials}"
    return f"new-{sha256(told.encode()).hexdigest()[:32]}"


def context_of(connection: Connection, priority: Priority) -> AdapterContext:
    """The frozen context of a connection, for requests of one priority.

    Raises:
        CredentialsError: a field is missing, or the text is not JSON.
        EndpointError: an address is not allowed for this broker.
    """
    broker = broker_of(connection)
    # The desk's own services move with its settings; a connection may say otherwise.
    known = settings.BROKER_ENDPOINTS.get(connection.slug, {})
    chosen = {**known, **connection.endpoints}
    budget = budget_of(connection)
    return AdapterContext(
        endpoints=endpoints_of(broker, connection.environment, chosen),
        credentials=_credentials(broker, connection.credentials),
        spend=partial(budget.spend, priority),
        rest=budget.drain,
    )


def _credentials(broker: Broker, text: str) -> Mapping[str, str]:
    """The broker's fields out of the stored JSON; messages never quote any of it."""
    try:
        stored = json.loads(text)
    except ValueError:
        raise CredentialsError("The stored credentials cannot be read.") from None
    names = [field.name for field in broker.credential_fields]
    missing = [name for name in names if not stored.get(name)]
    if missing:
        raise CredentialsError(f"{broker.label} needs: {', '.join(missing)}.")
    return {name: str(stored[name]) for name in names}
