"""Incidents: what is wrong with the desk now, told once when it lasts and when it ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tradedesk.notifications.models.notice import NoticeKind, Severity


class Incident(models.Model):
    """`key` names what is wrong; it is open until `cleared_at`.

    `began_at` is when it was first seen, `told_at` when it had lasted long enough to
    be told to `people`, who hear of its end too, whatever has become of their roles.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=NoticeKind)
    severity = models.CharField(max_length=8, choices=Severity)
    title = models.CharField(max_length=160)
    body = models.CharField(max_length=1000, blank=True)
    url = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(cleared_at=None),
                name="one_open_incident_per_key",
            )
        ]
        indexes = [models.Index(fields=["-began_at"], name="incident_by_time")]

    def __str__(self) -> str:
        return self.title
