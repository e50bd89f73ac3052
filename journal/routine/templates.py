"""The templates of a trader's checklist: written, changed, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from journal.models import RoutineWishes, Task, TaskTemplate
from journal.models.routine import TaskState
from journal.routine.days import exchange_day
from journal.routine.remembering import remind_of_template
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


def templates_of(user: User) -> Sequence[TaskTemplate]:
    """In the order of the day; retired ones last. Each with its reminder, if any."""
    mine = TaskTemplate.objects.for_user(user).prefetch_related("reminders")
    return list(mine.order_by("-active", "at", "place", "pk"))


@transaction.atomic(durable=True)
def write_template(
    user: User,
    chosen: Mapping[str, Any],
    *,
    template_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> TaskTemplate:
    """Make one, or change one's own. `remind` and `by_email` are about its reminder.

    What was made of it for today and is still open is made again by the new words.

    Raises:
        TaskTemplate.DoesNotExist: it is not the person's.
    """
    fields = dict(chosen)
    remind, by_email = fields.pop("remind"), fields.pop("by_email")
    template = TaskTemplate(owner=user)
    if template_id is not None:
        template = _locked(user, template_id)
    for name, value in fields.items():
        setattr(template, name, value)
    template.save()
    remind_of_template(template, wanted=remind, by_email=by_email, now=now)
    _make_anew(template, now)
    act = "template written" if template_id is None else "template changed"
    _record(template, act, actor=actor, now=now)
    return template


@transaction.atomic(durable=True)
def retire_template(
    user: User, template_id: int, *, active: bool, actor: Actor, now: datetime
) -> TaskTemplate:
    """Off the checklist from today on, or back on it; what was done stays."""
    template = _locked(user, template_id)
    template.active = active
    template.save(update_fields=["active"])
    if not active:
        remind_of_template(template, wanted=False, by_email=False, now=now)
    _make_anew(template, now)
    act = "template back" if active else "template retired"
    _record(template, act, actor=actor, now=now)
    return template


def _make_anew(template: TaskTemplate, now: datetime) -> None:
    """Take back what is open of it from today on; the next look makes what is missing."""
    Task.objects.filter(
        template=template, day__gte=exchange_day(now), state=TaskState.OPEN
    ).delete()
    RoutineWishes.objects.for_user(template.owner).update(tasks_made_on=None)


def _locked(user: User, template_id: int) -> TaskTemplate:
    mine = TaskTemplate.objects.for_user(user).select_for_update(
        no_key=True, of=("self",)
    )
    return mine.select_related("owner").get(pk=template_id)


def _record(template: TaskTemplate, act: str, *, actor: Actor, now: datetime) -> None:
    record(
        AuditAction.TASK_CHANGED,
        actor=actor,
        subject="tasktemplate",
        subject_id=template.pk,
        payload={"act": act, "title": template.title, "active": template.active},
        now=now,
    )
