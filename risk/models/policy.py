"""Versions of the limits, each row written once and never changed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from risk.facts import Limit
from risk.facts.plain import limits_of
from risk.models.scoped import Scoped, ScopedQuerySet, scope_is_sound


class PolicyVersion(Scoped):
    """What somebody set for a scope; a limit that is not named is not set there.

    `limits` are in force from `effective_at`; until then `immediate`, which already
    has whatever became tighter but nothing that became looser. Append-only by a
    trigger of the database.
    """

    number = models.PositiveIntegerField()
    limits = models.JSONField()
    immediate = models.JSONField()
    effective_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField()

    objects = ScopedQuerySet["PolicyVersion"].as_manager()

    class Meta:
        constraints = [
            # Also serves "the newest version of a scope".
            models.UniqueConstraint(
                fields=["scope", "scope_id", "number"], name="one_policy_number"
            ),
            scope_is_sound("policy_scope_sound"),
            models.CheckConstraint(condition=Q(number__gt=0), name="policy_number"),
            models.CheckConstraint(
                condition=Q(effective_at__gte=F("created_at")),
                name="policy_never_acts_backwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id}: version {self.number}"

    def limits_at(self, now: datetime) -> dict[str, Limit]:
        """The limits of this version that are in force at an instant."""
        return limits_of(self.limits if now >= self.effective_at else self.immediate)

    def is_pending(self, now: datetime) -> bool:
        """Something in it has been loosened but is not in force yet."""
        return now < self.effective_at
