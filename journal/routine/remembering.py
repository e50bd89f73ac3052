"""Reminders set, changed, paused and taken away; what the desk offers to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction

from journal.domain.schedule import next_after
from journal.models import Reminder, ReminderDelivery, Task, TaskTemplate
from journal.models.routine import RecurrenceChoice, ReminderKind
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


RULE = ("recurrence", "weekdays", "month_day", "at", "zone")
_MONDAY, _EVERY_WORKING_DAY = "1", "12345"
# Kind, rule: what a trader who has no reminder yet may take over as a whole.
_USUAL: tuple[tuple[ReminderKind, dict[str, Any]], ...] = (
    (ReminderKind.BIAS, {"weekdays": _MONDAY, "at": time(8, 15)}),
    (ReminderKind.DRILLS, {"weekdays": _MONDAY, "at": time(8, 20)}),
    (ReminderKind.UNPROTECTED, {"weekdays": _EVERY_WORKING_DAY, "at": time(15, 45)}),
    (ReminderKind.UNREVIEWED, {"weekdays": _EVERY_WORKING_DAY, "at": time(16, 30)}),
    (
        ReminderKind.REFRESHER,
        {"recurrence": RecurrenceChoice.MONTHLY, "at": time(8, 15)},
    ),
    (
        ReminderKind.PLAN_REVIEW,
        {"recurrence": RecurrenceChoice.MONTHLY, "at": time(8, 20)},
    ),
)


def reschedule(reminder: Reminder, now: datetime) -> None:
    """Set when it is due next, unsaved: never, while it is paused."""
    found = next_after(reminder.schedule, now) if reminder.active else None
    reminder.next_at = reminder.look_at = found


@transaction.atomic(durable=True)
def set_reminder(
    user: User,
    chosen: Mapping[str, Any],
    *,
    reminder_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Reminder:
    """Make one of the fields of `Reminder`, or change one's own.

    Raises:
        Reminder.DoesNotExist: it is not the person's.
        InvalidInputError: it would never come.
    """
    reminder = (
        Reminder(owner=user, created_at=now)
        if reminder_id is None
        else _locked(user, reminder_id)
    )
    for name, value in chosen.items():
        setattr(reminder, name, value)
    reschedule(reminder, now)
    if reminder.active and reminder.next_at is None:
        raise InvalidInputError("That time lies in the past.", field="at")
    reminder.save()
    act = "set" if reminder_id is None else "changed"
    _record(reminder, act, actor=actor, now=now)
    return reminder


@transaction.atomic(durable=True)
def pause_reminder(
    user: User, reminder_id: int, *, active: bool, actor: Actor, now: datetime
) -> Reminder:
    """Paused, or on again; what was due in between is not made up for."""
    reminder = _locked(user, reminder_id)
    reminder.active = active
    reschedule(reminder, now)
    reminder.save(update_fields=["active", "next_at", "look_at"])
    _record(reminder, "on again" if active else "paused", actor=actor, now=now)
    return reminder


@transaction.atomic(durable=True)
def delete_reminder(
    user: User, reminder_id: int, *, actor: Actor, now: datetime
) -> None:
    """With the list of what it told."""
    reminder = _locked(user, reminder_id)
    gone = Reminder(pk=reminder.pk, kind=reminder.kind, title=reminder.title)
    reminder.delete()
    _record(gone, "deleted", actor=actor, now=now)


@transaction.atomic(durable=True)
def use_usual(user: User, zone: str, *, actor: Actor, now: datetime) -> int:
    """Set those of the usual reminders whose kind the person has none of."""
    had = set(Reminder.objects.for_user(user).values_list("kind", flat=True))
    fresh = [
        Reminder(owner=user, kind=kind, zone=zone, created_at=now, **rule)
        for kind, rule in _USUAL
        if kind.value not in had
    ]
    for one in fresh:
        reschedule(one, now)
    Reminder.objects.bulk_create(fresh)
    record(
        AuditAction.REMINDER_CHANGED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={"act": "usual reminders", "kinds": [one.kind for one in fresh]},
        now=now,
    )
    return len(fresh)


def remind_of_task(task: Task, at: datetime, now: datetime) -> None:
    """One reminder of a task, at that instant; the caller's entry tells of it."""
    moment = at.astimezone(UTC)
    Reminder.objects.update_or_create(
        task=task,
        defaults={
            "owner_id": task.owner_id,
            "kind": ReminderKind.TASK,
            "title": task.title,
            "recurrence": RecurrenceChoice.ONCE,
            "day": moment.date(),
            "at": moment.time(),
            "zone": "UTC",
            "active": True,
            "next_at": at,
            "look_at": at,
            "created_at": now,
        },
    )


def remind_of_template(
    template: TaskTemplate, *, wanted: bool, by_email: bool, now: datetime
) -> None:
    """A reminder at the template's own times, or none; the caller's entry tells of it."""
    if not wanted or not template.active:
        Reminder.objects.filter(template=template).delete()
        return
    found = Reminder.objects.filter(template=template).first()
    reminder = found or Reminder(template=template, created_at=now)
    reminder.owner_id, reminder.kind = template.owner_id, ReminderKind.TASK.value
    reminder.title, reminder.by_email = template.title, by_email
    for name in RULE:
        setattr(reminder, name, getattr(template, name))
    reschedule(reminder, now)
    reminder.save()


@transaction.atomic(durable=True)
def acknowledge(
    user: User, delivery_id: int, *, answer: str, actor: Actor, now: datetime
) -> ReminderDelivery:
    """A bias card was read and answered. Read again, the first answer stays.

    Raises:
        ReminderDelivery.DoesNotExist: it is not the person's.
    """
    mine = ReminderDelivery.objects.for_user(user).select_for_update(
        no_key=True, of=("self",)
    )
    delivery = mine.get(pk=delivery_id)
    if delivery.acknowledged_at is not None:
        return delivery
    delivery.acknowledged_at, delivery.answer = now, answer.strip()[:300]
    delivery.save(update_fields=["acknowledged_at", "answer"])
    record(
        AuditAction.REMINDER_CHANGED,
        actor=actor,
        subject="reminderdelivery",
        subject_id=delivery.pk,
        payload={
            "act": "acknowledged",
            "bias": delivery.bias,
            "answer": delivery.answer,
        },
        now=now,
    )
    return delivery


def _locked(user: User, reminder_id: int) -> Reminder:
    return (
        Reminder.objects.for_user(user)
        .select_for_update(no_key=True)
        .get(pk=reminder_id)
    )


def _record(reminder: Reminder, act: str, *, actor: Actor, now: datetime) -> None:
    record(
        AuditAction.REMINDER_CHANGED,
        actor=actor,
        subject="reminder",
        subject_id=reminder.pk,
        payload={
            "act": act,
            "kind": reminder.kind,
            "title": reminder.title,
            "next_at": reminder.next_at,
        },
        now=now,
    )
