"""How far trades are built."""

from __future__ import annotations

from django.db import models

from brokers.models import Account
from brokers.models.owned import Owned, OwnedQuerySet, money_field, quantity_field


class BookMark(models.Model):
    """How far an account's trades of a symbol are built.

    `moved_at`, `quantity` and `realised` are those of the position as it was before its
    fills were read: as long as they are the same, there is nothing to build. Up to
    `settled_at` the account was flat and `settled` is a digest of its facts: trades
    before it are read again only when that has changed.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    symbol = models.CharField(max_length=32)
    moved_at = models.DateTimeField(null=True)
    quantity = quantity_field(null=True)
    realised = money_field(null=True)
    settled_at = models.DateTimeField(null=True)
    settled = models.CharField(max_length=160, blank=True)
    built_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "symbol"], name="one_mark_per_symbol"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol}: {self.moved_at}"


class NettedMark(Owned):
    """How far the netted trades of a symbol are built: all accounts of one mode."""

    mode = models.CharField(max_length=10)
    symbol = models.CharField(max_length=32)
    seen = models.CharField(max_length=64)

    objects = OwnedQuerySet["NettedMark"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "mode", "symbol"], name="one_netted_mark_per_symbol"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol}, {self.mode}"
