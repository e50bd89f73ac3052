"""The worker's sign of life."""

from __future__ import annotations

import os
import socket

from celery import shared_task

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import health


@shared_task(name="tradedesk.web.beat_as_worker")
def beat_as_worker() -> None:
    """Sent by beat every few seconds; that it runs proves beat, queue and worker."""
    now = SYSTEM_CLOCK.now()
    health.beat("worker", now)
    health.note_worker(f"{socket.gethostname()}:{os.getpid()}", now)
