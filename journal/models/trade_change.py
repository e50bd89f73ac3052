"""That something about somebody's trades changed, so that what was read of them is old."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from brokers.models.owned import OwnedQuerySet


class TradeChange(models.Model):
    """Written by the database for each statement that changes trades, tags or mistakes.

    `trade_id` is null where a statement changed many trades of the owner, or a tag: then
    nothing that was read stands. Rows are only added, never counted up in place, since
    two writers would wait for each other; those that a transaction sees are its
    watermark, and `journal.tasks` thins out those of yesterday.
    """

    # No constraint: the owner's rows go first when everything of theirs is deleted.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    # No foreign key: of a deleted trade the number is what is left.
    trade_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    objects = OwnedQuerySet["TradeChange"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="trade_change")]

    def __str__(self) -> str:
        return f"change {self.pk}"
