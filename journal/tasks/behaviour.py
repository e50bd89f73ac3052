"""Behaviour by itself: signals follow new trades, and warnings learn what came of them."""

from __future__ import annotations

from celery import shared_task

from journal.behaviour import nudges, services
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="journal.tasks.behaviour.refresh")
def refresh() -> None:
    services.refresh_due(SYSTEM_CLOCK.now())


@shared_task(name="journal.tasks.behaviour.settle_warnings")
def settle_warnings() -> None:
    nudges.settle(SYSTEM_CLOCK.now())
