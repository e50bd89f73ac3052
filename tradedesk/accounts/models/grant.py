"""A second factor that was given for one exact act."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tradedesk.accounts.attempts import Purpose
from tradedesk.accounts.models.owned import PersonalQuerySet


LIFETIME = timedelta(seconds=60)


class StepUpGrant(models.Model):
    """Bound to a person, a purpose and the digest of what was shown; used once.

    `device` is django-otp's persistent id of the factor that was used.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    purpose = models.CharField(
        max_length=24, choices=[(each.value, each.value) for each in Purpose]
    )
    digest = models.CharField(max_length=64)
    device = models.CharField(max_length=120)
    nonce = models.UUIDField(default=uuid4, unique=True, editable=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("issued_at") + LIFETIME),
                name="grant_lives_60_seconds",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"),
                name="grant_digest_is_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by user {self.user_id}"

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at
