"""The notes of changes that nobody needs any more."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Max

from journal.models import TradeChange


@shared_task(name="journal.tasks.trade_changes.thin_out", expires=3600)
def thin_out() -> None:
    """All but the newest of each owner; a report then reads once more, and no less."""
    newest = TradeChange.objects.values("owner").annotate(last=Max("id"))
    for owner, last in newest.values_list("owner", "last"):
        TradeChange.objects.filter(owner=owner, id__lt=last).delete()
