"""Keys to a broker, and how well the way there works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from brokers.models.owned import Owned, OwnedQuerySet
from tradedesk.accounts.fields import EncryptedSecretField, SealedModel


if TYPE_CHECKING:
    from datetime import datetime


# The slug of what no machine can reach: accounts known by their statements alone.
BY_STATEMENT = "statement"


class ConnectionState(models.TextChoices):
    UNTESTED = "untested", "not tested yet"
    CONNECTED = "connected", "connected"
    UNREACHABLE = "unreachable", "broker does not answer"
    UNAUTHORISED = "unauthorised", "credentials refused"
    DISABLED = "disabled", "switched off"


class Environment(models.TextChoices):
    PRACTICE = "practice", "practice"
    PAPER = "paper", "paper"
    LIVE = "live", "live"


class Connection(SealedModel, Owned):
    """Credentials for one broker in one environment; never shown again once stored.

    `credentials` is JSON of the registry's credential fields, encrypted at rest and
    decrypted only by `brokers.sessions`. `endpoints` overrides base URLs by name.
    `calendar` holds the venue's next sessions as the broker told them.
    """

    slug = models.CharField(max_length=24)
    environment = models.CharField(max_length=10, choices=Environment)
    label = models.CharField(max_length=80)
    credentials = EncryptedSecretField()
    endpoints = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=16, choices=ConnectionState, default=ConnectionState.UNTESTED
    )
    state_detail = models.CharField(max_length=300, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    stream_connected_at = models.DateTimeField(null=True, blank=True)
    stream_seen_at = models.DateTimeField(null=True, blank=True)
    venue_is_open = models.BooleanField(null=True)
    venue_next_open = models.DateTimeField(null=True, blank=True)
    venue_next_close = models.DateTimeField(null=True, blank=True)
    venue_told_at = models.DateTimeField(null=True, blank=True)
    calendar = models.JSONField(default=list, blank=True)
    # Reads that failed in a row, and when polling may ask again.
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    # Since when it has not answered; null while it does.
    down_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet["Connection"].as_manager()

    def __str__(self) -> str:
        return self.label

    @property
    def is_usable(self) -> bool:
        return self.state != ConnectionState.DISABLED

    @property
    def is_by_statement(self) -> bool:
        return self.slug == BY_STATEMENT

    @property
    def feed(self) -> str:
        """Connections that see the same quotes share one feed."""
        return f"{self.slug}-{self.environment}"

    def stream_age_seconds(self, now: datetime) -> float | None:
        if self.stream_seen_at is None:
            return None
        return (now - self.stream_seen_at).total_seconds()
