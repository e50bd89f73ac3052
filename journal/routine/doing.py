"""What is done with a task: added, done, skipped, put off, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from journal.models import Note, Reminder, Task, Trade
from journal.models.routine import Priority, ReminderKind, TaskState
from journal.routine.remembering import remind_of_task
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError, StaleStateError


SNOOZES = (15, 60, 180)  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """One by hand; `due_at` and what it is about may be missing."""

    title: str
    day: date
    detail: str = ""
    priority: int = Priority.NORMAL
    due_at: datetime | None = None
    remind: bool = False
    trade: Trade | None = None
    note: Note | None = None


@transaction.atomic(durable=True)
def add_task(user: User, new: NewTask, *, actor: Actor, now: datetime) -> Task:
    task = Task.objects.create(
        owner=user,
        day=new.day,
        title=new.title,
        detail=new.detail,
        priority=new.priority,
        due_at=new.due_at,
        trade=new.trade,
        note=new.note,
        created_at=now,
    )
    if new.remind and new.due_at is not None and new.due_at > now:
        remind_of_task(task, new.due_at, now)
    _record(task, {"act": "added", "title": task.title}, actor=actor, now=now)
    return task


@transaction.atomic(durable=True)
def close_task(
    user: User,
    task_id: int,
    state: TaskState,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> Task:
    """Done or skipped.

    Raises:
        Task.DoesNotExist: it is not the person's.
        StaleStateError: it is closed already.
    """
    task = _locked(user, task_id)
    if task.state != TaskState.OPEN:
        raise StaleStateError(f"This task is {task.state} already.")
    task.state, task.closed_at = state, now
    task.closing_note = note.strip()[:300]
    task.save(update_fields=["state", "closed_at", "closing_note"])
    act = {"act": state.value, "note": task.closing_note}
    _record(task, act, actor=actor, now=now)
    return task


@transaction.atomic(durable=True)
def reopen_task(user: User, task_id: int, *, actor: Actor, now: datetime) -> Task:
    """Undo: open again, and no longer put off. Nothing happens to one that is so."""
    task = _locked(user, task_id)
    if task.state == TaskState.OPEN and task.snoozed_until is None:
        return task
    task.state, task.closed_at = TaskState.OPEN, None
    task.closing_note, task.snoozed_until = "", None
    task.save(update_fields=["state", "closed_at", "closing_note", "snoozed_until"])
    _record(task, {"act": "reopened"}, actor=actor, now=now)
    return task


@transaction.atomic(durable=True)
def snooze_task(
    user: User, task_id: int, minutes: int, *, actor: Actor, now: datetime
) -> Task:
    """Put off for some minutes, with a reminder at their end.

    Raises:
        InvalidInputError: not one of the spans that are offered.
        StaleStateError: it is closed.
    """
    if minutes not in SNOOZES:
        raise InvalidInputError("Choose one of the spans offered.", field="minutes")
    task = _locked(user, task_id)
    if task.state != TaskState.OPEN:
        raise StaleStateError(f"This task is {task.state} already.")
    task.snoozed_until = (now + timedelta(minutes=minutes)).replace(microsecond=0)
    task.save(update_fields=["snoozed_until"])
    remind_of_task(task, task.snoozed_until, now)
    act = {"act": "snoozed", "until": task.snoozed_until}
    _record(task, act, actor=actor, now=now)
    return task


@transaction.atomic(durable=True)
def delete_task(user: User, task_id: int, *, actor: Actor, now: datetime) -> None:
    """One that was added by hand, with its reminder; the log does not say its words.

    Raises:
        InvalidInputError: it comes from a template, which would make it again.
    """
    task = _locked(user, task_id)
    if task.template_id is not None:
        raise InvalidInputError("A task of the checklist is skipped, not deleted.")
    said = {"act": "deleted", "day": task.day}
    gone = Task(pk=task.pk)
    Reminder.objects.filter(task=task, kind=ReminderKind.TASK).delete()
    task.delete()
    _record(gone, said, actor=actor, now=now)


def _locked(user: User, task_id: int) -> Task:
    return Task.objects.for_user(user).select_for_update(no_key=True).get(pk=task_id)


def _record(
    task: Task, said: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.TASK_CHANGED,
        actor=actor,
        subject="task",
        subject_id=task.pk,
        payload=said,
        now=now,
    )
