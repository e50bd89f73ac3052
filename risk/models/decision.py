"""What the rules said of an order, each time they were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from risk.facts import Assessment, Outcome, Phase
from risk.facts.plain import verdict_of


if TYPE_CHECKING:
    from tradedesk.accounts.models import User


class DecisionQuerySet(models.QuerySet["Decision"]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)


class Decision(models.Model):
    """All verdicts of one assessment; append-only by a trigger of the database."""

    order_id = models.BigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    account_id = models.BigIntegerField()
    phase = models.CharField(
        max_length=8, choices=[(phase.value, phase.value) for phase in Phase]
    )
    outcome = models.CharField(
        max_length=8, choices=[(outcome.value, outcome.value) for outcome in Outcome]
    )
    reducing = models.BooleanField()
    verdicts = models.JSONField()
    policy_versions = models.JSONField(default=list)
    decided_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            # The decisions on one order, in order.
            models.Index(fields=["order_id", "id"], name="decision_by_order"),
            models.Index(fields=["user", "id"], name="decision_by_user"),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id}, {self.phase}: {self.outcome}"

    @property
    def assessment(self) -> Assessment:
        """The verdicts as they were, for a page; the worst notional is not kept."""
        return Assessment(
            verdicts=tuple(verdict_of(plain) for plain in self.verdicts),
            reducing=self.reducing,
            policy_versions=tuple(self.policy_versions),
        )
