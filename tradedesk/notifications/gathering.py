"""Notices into letters: one letter for what happens together, never a storm of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from tradedesk.accounts.models import User
from tradedesk.notifications.models import Letter, Notice, Severity
from tradedesk.notifications.services import send_letter


# A person gets at most one letter of notices in this time. A warning waits for it, a
# critical notice opens a letter at once and takes along what waits.
WINDOW = timedelta(minutes=2)
SHOWN = 50


def gather(now: datetime) -> int:
    """Write the letters that are due; how many."""
    waiting = Notice.objects.filter(wants_letter=True)
    people = waiting.order_by("user_id").values_list("user_id", flat=True).distinct()
    return sum(_gather_for(user_id, now) for user_id in list(people))


@transaction.atomic
def _gather_for(user_id: int, now: datetime) -> bool:
    # A notice that is being counted up just now goes with the next letter.
    waiting = list(
        Notice.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(user_id=user_id, wants_letter=True)
        .order_by("created_at", "pk")
    )
    if not waiting or now < _due_at(waiting):
        return False
    key = f"notices:{waiting[-1].pk}:{waiting[-1].count}:{len(waiting)}"
    user = User.objects.get(pk=user_id)
    worst_first = sorted(waiting, key=lambda one: one.severity != Severity.CRITICAL)
    context = {
        "notices": worst_first[:SHOWN],
        "more": max(len(waiting) - SHOWN, 0),
        "person": user,
        "address": settings.DESK_URL,
    }
    letter = send_letter(
        user_id,
        key=key,
        subject=subject_of(worst_first),
        text=render_to_string("notifications/mail/notices.txt", context),
        html=render_to_string("notifications/mail/notices.html", context),
        now=now,
    )
    Notice.objects.filter(pk__in=[one.pk for one in waiting]).update(
        wants_letter=False, letter=letter
    )
    return True


def _due_at(waiting: Sequence[Notice]) -> datetime:
    first = waiting[0]
    last = (
        Letter.objects.filter(user=first.user_id, notices__isnull=False)
        .order_by("-created_at")
        .first()
    )
    free = last.created_at + WINDOW if last else first.created_at
    if any(one.severity == Severity.CRITICAL for one in waiting):
        return free
    return max(free, first.created_at + WINDOW)


def subject_of(worst_first: Sequence[Notice]) -> str:
    first, others = worst_first[0], len(worst_first) - 1
    word = "" if first.severity == Severity.INFO else f"{first.severity.upper()}: "
    more = f" and {others} more" if others else ""
    return f"[DESK] {word}{first.title}{more}"
