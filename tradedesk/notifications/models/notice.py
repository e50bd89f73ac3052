"""Notices: one row for one thing to know, counted up while it is unread."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tradedesk.accounts.models.owned import PersonalQuerySet
from tradedesk.notifications.models.letter import Letter


class Severity(models.TextChoices):
    INFO = "info", "Information"
    WARNING = "warning", "Warning"
    CRITICAL = "critical", "Critical"


class NoticeKind(models.TextChoices):
    """What it is about; a person may choose for each which way it reaches them."""

    ORDER = "order", "Orders"
    FILL = "fill", "Fills taken back, corrected or late"
    PROTECTION = "protection", "Positions without a stop"
    CONNECTION = "connection", "Connections to brokers"
    RECONCILIATION = "reconciliation", "Reconciliation"
    REMINDER = "reminder", "My own reminders"
    SYSTEM = "system", "The desk itself"


class Notice(models.Model):
    """`key` names what it is about: told again while unread, it counts up.

    `wants_letter` until a letter has taken it along, which is then `letter`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=16, choices=NoticeKind)
    severity = models.CharField(max_length=8, choices=Severity)
    title = models.CharField(max_length=160)
    body = models.CharField(max_length=1000, blank=True)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=160, blank=True)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    wants_letter = models.BooleanField(default=False)
    letter = models.ForeignKey(
        Letter,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="notices",
    )

    objects = PersonalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=Q(read_at=None) & ~Q(key=""),
                name="one_unread_notice_per_key",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-last_at", "-id"], name="notice_by_user"),
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="notice_unread"
            ),
            models.Index(
                fields=["user"],
                condition=Q(wants_letter=True),
                name="notice_wants_letter",
            ),
        ]

    def __str__(self) -> str:
        return self.title
