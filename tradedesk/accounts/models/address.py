"""Where wrong codes come from."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from tradedesk.accounts import throttle


class FailedAddress(models.Model):
    """An address waits, its victims elsewhere do not."""

    address = models.CharField(max_length=45, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField()

    objects: ClassVar[models.Manager[FailedAddress]] = models.Manager()

    class Meta:
        verbose_name_plural = "failed addresses"

    def __str__(self) -> str:
        return self.address

    def retry_at(self, now: datetime) -> datetime | None:
        if now - self.failed_at > throttle.ADDRESS_MEMORY:
            return None
        return throttle.retry_at(
            failures=self.failures - throttle.FREE_ATTEMPTS_PER_ADDRESS,
            failed_at=self.failed_at,
        )

    @classmethod
    def count(cls, address: str, now: datetime) -> None:
        row, created = cls.objects.select_for_update(no_key=True).get_or_create(
            address=address, defaults={"failures": 1, "failed_at": now}
        )
        if created:
            return
        forgotten = now - row.failed_at > throttle.ADDRESS_MEMORY
        row.failures = 1 if forgotten else row.failures + 1
        row.failed_at = now
        row.save(update_fields=["failures", "failed_at"])
