"""The routine by itself: reminders that are due, and the tasks of the day."""

from __future__ import annotations

from celery import shared_task

from journal.routine import delivering
from journal.routine.days import exchange_day
from journal.routine.making import make_everyones_day
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="journal.tasks.reminders.deliver_due")
def deliver_due() -> None:
    delivering.deliver_due(SYSTEM_CLOCK)


@shared_task(name="journal.tasks.reminders.make_days")
def make_days() -> None:
    """The checklists of today, for who does not open the page before they are due."""
    now = SYSTEM_CLOCK.now()
    make_everyones_day(exchange_day(now), now)
