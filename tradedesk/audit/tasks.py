"""What the audit log does by itself; the schedule stands in the settings."""

from __future__ import annotations

from celery import shared_task

from tradedesk.audit import services
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task
def anchor_head() -> None:
    services.anchor_head(SYSTEM_CLOCK.now())


@shared_task
def verify_new_entries() -> None:
    services.verify_new_entries(SYSTEM_CLOCK)


@shared_task
def verify_chain() -> None:
    services.verify_chain(SYSTEM_CLOCK)
