"""The symbols that a trader keeps in sight."""

from __future__ import annotations

from django.db import models

from brokers.models.owned import Owned, OwnedQuerySet


class Watchlist(Owned):
    name = models.CharField(max_length=60)
    place = models.PositiveIntegerField(default=0)

    objects = OwnedQuerySet["Watchlist"].as_manager()

    class Meta:
        ordering = ("place", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="one_watchlist_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WatchlistItem(models.Model):
    watchlist = models.ForeignKey(
        Watchlist, on_delete=models.CASCADE, related_name="items"
    )
    symbol = models.CharField(max_length=32)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("place", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["watchlist", "symbol"], name="one_symbol_per_watchlist"
            )
        ]

    def __str__(self) -> str:
        return self.symbol
