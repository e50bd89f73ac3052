"""Which notices also go by email."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tradedesk.accounts.models.owned import PersonalQuerySet
from tradedesk.notifications.models.notice import NoticeKind


class NoticeChoice(models.Model):
    """A person's own choice for one kind; without a row it is email as well."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=NoticeKind)
    email = models.BooleanField(default=True)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], name="one_choice_per_kind_of_notice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'email' if self.email else 'page only'}"
