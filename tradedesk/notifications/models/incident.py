"""Incidents: what is wrong with the desk now, told once when it begins and when it ends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tradedesk.notifications.models.notice import NoticeKind, Severity


class Incident(models.Model):
    """`key` names what is wrong; it is open until `cleared_at`."""

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=NoticeKind)
    severity = models.CharField(max_length=8, choices=Severity)
    title = models.CharField(max_length=160)
    body = models.CharField(max_length=1000, blank=True)
    began_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    # Whom it was told: they hear of its end too, whatever has become of their role.
    told = models.ManyToManyField("accounts.User", related_name="+")

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
