"""Reminders for pages: what comes when, and what became of what was due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from journal.domain.schedule import upcoming
from journal.models import Reminder, ReminderDelivery
from journal.routine.biases import BiasCard, card_of
from tradedesk.accounts.models import User


NEXT_SHOWN = 3
DELIVERIES_SHOWN = 30
TODAY_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRow:
    """A reminder with the next times that it comes; none while it is paused."""

    reminder: Reminder
    times: Sequence[datetime]


def reminders_of(user: User, now: datetime) -> Sequence[ReminderRow]:
    """The soonest first, paused ones last; one that came and will not again is left out."""
    mine = Reminder.objects.for_user(user).select_related("template", "task")
    shown = mine.filter(Q(next_at__isnull=False) | Q(active=False))
    return [_row(one, now) for one in shown.order_by("next_at", "pk")]


def _row(reminder: Reminder, now: datetime) -> ReminderRow:
    if reminder.next_at is None:
        return ReminderRow(reminder=reminder, times=[])
    later = upcoming(reminder.schedule, max(reminder.next_at, now), NEXT_SHOWN - 1)
    return ReminderRow(reminder=reminder, times=[reminder.next_at, *later])


def next_today(user: User, until: datetime) -> QuerySet[Reminder]:
    """What still comes up to an instant, the soonest first."""
    mine = Reminder.objects.for_user(user).filter(active=True, next_at__lt=until)
    return mine.order_by("next_at", "pk")[:TODAY_SHOWN]


def deliveries_of(user: User) -> Sequence[ReminderDelivery]:
    """The newest."""
    return list(
        ReminderDelivery.objects.for_user(user)
        .select_related("reminder")
        .order_by("-due_at", "-pk")[:DELIVERIES_SHOWN]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCard:
    """A bias that was told of and not answered yet."""

    delivery: ReminderDelivery
    card: BiasCard


def waiting_card(user: User) -> QuerySet[ReminderDelivery]:
    """The newest telling of a bias that waits for an answer, if any."""
    waiting = ReminderDelivery.objects.for_user(user).filter(acknowledged_at=None)
    return waiting.exclude(bias="").order_by("-due_at")[:1]


def open_card(newest: Iterable[ReminderDelivery]) -> OpenCard | None:
    """Of what `waiting_card` finds."""
    return next(
        (OpenCard(delivery=one, card=card_of(one.bias)) for one in newest), None
    )


def answers_of(user: User) -> dict[str, ReminderDelivery]:
    """The newest answer to each bias."""
    answered = ReminderDelivery.objects.for_user(user).exclude(acknowledged_at=None)
    newest = answered.exclude(bias="").order_by("bias", "-due_at").distinct("bias")
    return {one.bias: one for one in newest}
