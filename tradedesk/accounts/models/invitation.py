"""The two ways in: the first owner's link, and an owner's invitation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tradedesk.accounts.models.user import Role
from tradedesk.accounts.tokens import token_hash


class OneTimeLinkQuerySet(models.QuerySet[Any]):
    def open(self, *, now: datetime) -> Self:
        """Neither used nor withdrawn nor expired."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)

    def for_token(self, token: str, *, now: datetime) -> Self:
        return self.open(now=now).filter(token_hash=token_hash(token))


class OneTimeLink(models.Model):
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        abstract = True


class OwnerLink(OneTimeLink):
    """Lets whoever started the desk become its first owner."""

    def __str__(self) -> str:
        return f"owner link {self.pk}"


class Invitation(OneTimeLink):
    """An owner lets a person in, with a role; the link proves the address."""

    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Role)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
