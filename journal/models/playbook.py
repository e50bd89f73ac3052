"""Playbooks: a way of trading with its rules, each version of them, and what was missed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from brokers.models.owned import Owned, OwnedQuerySet


class Playbook(Owned):
    """A named way of trading. What it says stands in its versions.

    A retired one is offered on no ticket any more; its trades and versions stay.
    """

    name = models.CharField(max_length=60)
    current = models.ForeignKey(
        "PlaybookVersion", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(max_length=200, blank=True)

    objects = OwnedQuerySet["Playbook"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner", Lower("name"), name="one_playbook_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlaybookVersion(Owned):
    """The rules as they stood: never changed, and kept as long as an order carries them.

    `market_types` are words of `journal.analytics.market_type`; `rules` maps entry,
    stop, management and exit to text; `checklist` is a list of questions.
    `max_risk_percent` is of equity per trade, None where the playbook sets none.
    """

    playbook = models.ForeignKey(
        Playbook, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    thesis = models.TextField(blank=True)
    market_types = models.JSONField(default=list)
    rules = models.JSONField(default=dict)
    checklist = models.JSONField(default=list)
    max_risk_percent = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True
    )
    reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = OwnedQuerySet["PlaybookVersion"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "number"], name="one_playbook_version_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="playbook_version_number"
            ),
            models.CheckConstraint(
                condition=Q(max_risk_percent__isnull=True)
                | Q(max_risk_percent__gt=0, max_risk_percent__lte=100),
                name="playbook_risk_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class MissedTrade(Owned):
    """A trade that a playbook called for and that was not taken.

    `missed_r` is what it would have made, in R by the playbook's own stop; None while
    nobody has worked it out.
    """

    playbook = models.ForeignKey(
        Playbook, on_delete=models.CASCADE, related_name="missed_trades"
    )
    symbol = models.CharField(max_length=32)
    missed_on = models.DateField()
    why = models.CharField(max_length=300)
    missed_r = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True
    )
    logged_at = models.DateTimeField()

    objects = OwnedQuerySet["MissedTrade"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["playbook", "-missed_on", "-id"], name="missed_log")
        ]

    def __str__(self) -> str:
        return f"{self.symbol} on {self.missed_on}"
