"""The demo year of a person, and everything that it brought."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brokers.models import Account
from brokers.models.owned import Owned, OwnedQuerySet


class DemoYear(Owned):
    """`rows` are the ids of what was made, by model; removing it removes these alone."""

    account = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    seed = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)
    rows = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet["DemoYear"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(removed_at=None),
                name="one_demo_year_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"demo year {self.seed}"
