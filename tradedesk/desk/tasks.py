"""What the desk does by itself; the schedule stands in the settings."""

from __future__ import annotations

from celery import shared_task

from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.system.watch import watch as look


@shared_task(name="tradedesk.desk.tasks.watch")
def watch() -> None:
    look(SYSTEM_CLOCK)
