"""The notes of changes that nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db.models import Max

from journal.models import TradeChange
from tradedesk.core.clock import SYSTEM_CLOCK


# Longer than anything read is kept (`journal.reports.loading.KEPT_FOR`).
KEPT_FOR = timedelta(days=1)


@shared_task(name="journal.tasks.trade_changes.thin_out", expires=3600)
def thin_out() -> None:
    """All of yesterday but the newest of each owner."""
    newest = TradeChange.objects.values("owner").annotate(last=Max("id"))
    before = SYSTEM_CLOCK.now() - KEPT_FOR
    for owner, last in newest.values_list("owner", "last"):
        TradeChange.objects.filter(owner=owner, id__lt=last, at__lt=before).delete()
