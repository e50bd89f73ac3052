"""Marking notices as read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tradedesk.accounts.models import User
from tradedesk.notifications.models import Notice
from tradedesk.web import events


def mark_read(user: User, notice_id: int, now: datetime) -> None:
    """Read twice is read. Raises Notice.DoesNotExist for anybody else's."""
    notice = Notice.objects.for_user(user).get(pk=notice_id)
    _mark(user, [notice.pk], now)


def mark_all_read(user: User, *, until: datetime, now: datetime) -> int:
    """All that had been told up to `until`, which the person saw; how many."""
    found = Notice.objects.for_user(user).filter(read_at=None, last_at__lte=until)
    return _mark(user, list(found.values_list("pk", flat=True)), now)


@transaction.atomic
def _mark(user: User, ids: list[int], now: datetime) -> int:
    # One that is being counted up by another transaction stays unread, as it should;
    # waiting for it here could also deadlock with a transaction that raises several.
    rows = Notice.objects.select_for_update(no_key=True, skip_locked=True)
    free = rows.filter(pk__in=ids, read_at=None).values_list("pk", flat=True)
    # Who has read it in the page needs no letter about it any more.
    count = Notice.objects.filter(pk__in=list(free)).update(
        read_at=now, wants_letter=False
    )
    if count:
        events.publish(user.pk, events.Kind.NOTICE, {})
    return count
