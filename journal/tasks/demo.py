"""Making a demo year takes half a minute: not while somebody waits for a page."""

from __future__ import annotations

from celery import shared_task

from journal.demo import filling
from journal.models import DemoYear
from tradedesk.core.actor import person
from tradedesk.core.clock import SYSTEM_CLOCK


@shared_task(name="journal.tasks.demo.fill_demo")
def fill_demo(year_id: int) -> None:
    """A no-op when it was begun before: what stands of it can be removed."""
    waiting = DemoYear.objects.filter(pk=year_id, account=None, removed_at=None)
    year = waiting.select_related("owner").first()
    if year is None:
        return
    owner = year.owner
    filling.fill(year, actor=person(owner.email, owner.pk), clock=SYSTEM_CLOCK)
