"""Pictures that were pasted and never saved with a note."""

from __future__ import annotations

from celery import shared_task

from journal.notes import images
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="journal.tasks.notes.forget_unclaimed", expires=3600)
def forget_unclaimed() -> None:
    images.forget_unclaimed(SYSTEM_CLOCK.now())
