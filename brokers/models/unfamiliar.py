"""Words and fields of brokers that nobody here knows yet."""

from __future__ import annotations

from django.db import models

from brokers.models.connection import Connection
from brokers.models.owned import Owned, OwnedQuerySet


class UnfamiliarWord(Owned):
    """One unknown field or word of one connection, as the adapter names it."""

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="unfamiliar_words"
    )
    word = models.CharField(max_length=120)
    count = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = OwnedQuerySet["UnfamiliarWord"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "word"], name="one_row_per_unfamiliar_word"
            )
        ]

    def __str__(self) -> str:
        return self.word
