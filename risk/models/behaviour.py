"""What a trader's own recent trading says of one account's next orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models


if TYPE_CHECKING:
    from tradedesk.accounts.models import User


class BehaviourStateQuerySet(models.QuerySet["BehaviourState"]):
    def for_user(self, user: User) -> Self:
        return self.filter(user=user)


class BehaviourState(models.Model):
    """Written down by the journal, read with the facts of an order; no row, no history.

    `facts` are `risk.facts.BehaviourFacts` as plain data, reckoned anew from the trades
    whenever one changes, so nothing of it is history.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    account_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    objects = BehaviourStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "account_id"], name="one_behaviour_per_account"
            )
        ]

    def __str__(self) -> str:
        return f"account {self.account_id} of user {self.user_id}"
