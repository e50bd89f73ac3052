"""Filters of the blotter under a name."""

from __future__ import annotations

from django.db import models

from brokers.models.owned import Owned, OwnedQuerySet


class SavedView(Owned):
    """`query` is the query string of the page, without its place in the list."""

    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["SavedView"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="one_saved_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
