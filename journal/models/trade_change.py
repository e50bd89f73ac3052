"""That something about somebody's trades changed, so that what was read of them is old."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from brokers.models.owned import OwnedQuerySet


class TradeChange(models.Model):
    """Written by the database for each statement that changes trades, tags or mistakes.

    Only added, never counted up in place: two writers would wait for each other. The
    rows that a transaction sees are its watermark; `journal.tasks` thins them out.
    """

    # No constraint: the owner's rows go first when everything of theirs is deleted.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    objects = OwnedQuerySet["TradeChange"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "id"], name="trade_change")]

    def __str__(self) -> str:
        return f"change {self.pk}"
