"""Letters: mail that waits in the database until it has left."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class LetterStatus(models.TextChoices):
    QUEUED = "queued", "waits"
    SENT = "sent", "sent"
    GIVEN_UP = "given_up", "could not be sent"


class Letter(models.Model):
    """One mail to one person. `message_id` stays the same however often it is tried.

    `key` is what it is about: the same key is one letter.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters"
    )
    key = models.CharField(max_length=160, unique=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    status = models.CharField(
        max_length=8, choices=LetterStatus, default=LetterStatus.QUEUED
    )
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status=LetterStatus.QUEUED),
                name="letter_queued",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Attachment(models.Model):
    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name
