"""An account at a broker, with the money that the broker says is in it."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q

from brokers.models.connection import Connection
from brokers.models.owned import Owned, OwnedQuerySet, money_field


class AccountMode(models.TextChoices):
    """Belongs to the account and never changes: paper is another account."""

    PRACTICE = "practice", "PRACTICE"
    PAPER = "paper", "PAPER"
    LIVE = "live", "LIVE"


class Account(Owned):
    """`reported_at` is when the broker last stated these figures.

    `synced_at` is the instant up to which orders and fills have been read completely.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="accounts"
    )
    broker_account_id = models.CharField(max_length=64)
    number = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=10, choices=AccountMode)
    currency = models.CharField(max_length=3, default="USD")
    active = models.BooleanField(default=False)
    trading_blocked = models.BooleanField(default=False)
    blocked_reason = models.CharField(max_length=200, blank=True)
    shorting_enabled = models.BooleanField(default=False)
    cash = money_field(null=True)
    equity = money_field(null=True)
    last_equity = money_field(null=True)
    buying_power = money_field(null=True)
    initial_margin = money_field(null=True)
    maintenance_margin = money_field(null=True)
    multiplier = money_field(null=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    # The book begins here, by the broker's own clock; null until the first whole sync.
    opened_at = models.DateTimeField(null=True, blank=True)
    reconcile_active = models.BooleanField(default=True)
    # Time of day at the exchange; the run is due once it has passed.
    reconcile_at = models.TimeField(default=time(20, 30))
    reduce_on_critical_break = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet["Account"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "broker_account_id"],
                name="one_row_per_broker_account",
            ),
            models.CheckConstraint(
                condition=~Q(broker_account_id=""), name="account_has_broker_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_mode_display()})"
