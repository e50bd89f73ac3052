"""A day's tasks out of the templates: made once, by whoever comes first."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from brokers.models import Account
from brokers.reconciliation.ageing import TradingDays
from brokers.reconciliation.calendar import trading_days
from journal.domain.schedule import instant_of
from journal.models import RoutineWishes, Task, TaskTemplate
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core import actor as actors


MAKER = actors.system("routine")


def make_day(user: User, routine: RoutineWishes, day: date, *, now: datetime) -> int:
    """The tasks of a day that are missing; how many were made.

    Asks nothing of the database once the day is made. A template changed since then
    empties `tasks_made_on`, and what it adds is made as well.
    """
    if routine.tasks_made_on is not None and routine.tasks_made_on >= day:
        return 0
    return _make(user, day, now)


@transaction.atomic
def _make(user: User, day: date, now: datetime) -> int:
    templates = TaskTemplate.objects.for_user(user).filter(active=True)
    found = [one for one in templates if one.schedule.falls_on(day)]
    if found and any(one.trading_days_only for one in found):
        trades = day in _calendar(user)
        found = [one for one in found if trades or not one.trading_days_only]
    had = set(
        Task.objects.for_user(user)
        .filter(day=day, template__isnull=False)
        .values_list("template_id", flat=True)
    )
    fresh = [task_of(one, day, now) for one in found if one.pk not in had]
    Task.objects.bulk_create(fresh, ignore_conflicts=True)
    _note_made(user, day)
    if fresh:
        record(
            AuditAction.TASK_CHANGED,
            actor=MAKER,
            subject="user",
            subject_id=user.pk,
            payload={"act": "made", "day": day, "count": len(fresh)},
            now=now,
        )
    return len(fresh)


def _note_made(user: User, day: date) -> None:
    RoutineWishes.objects.bulk_create(
        [RoutineWishes(owner=user)], ignore_conflicts=True
    )
    RoutineWishes.objects.for_user(user).filter(
        Q(tasks_made_on=None) | Q(tasks_made_on__lt=day)
    ).update(tasks_made_on=day)


def task_of(template: TaskTemplate, day: date, now: datetime) -> Task:
    """The task of a template on a day, open and not written yet."""
    schedule = template.schedule
    return Task(
        owner_id=template.owner_id,
        template=template,
        day=day,
        title=template.title,
        detail=template.detail,
        priority=template.priority,
        due_at=instant_of(day, schedule.at, schedule.zone),
        place=template.place,
        created_at=now,
    )


def _calendar(user: User) -> TradingDays:
    """Of the person's first account; without one, the New York Stock Exchange's."""
    accounts = Account.objects.for_user(user).select_related("connection")
    first = accounts.order_by("created_at", "pk").first()
    return TradingDays() if first is None else trading_days(first.connection)


def make_everyones_day(day: date, now: datetime) -> int:
    """What beat asks for: the day of each person who has templates."""
    people = User.objects.filter(
        pk__in=TaskTemplate.objects.filter(active=True).values("owner"), is_active=True
    )
    made = 0
    for user in people.order_by("pk"):
        routine = RoutineWishes.objects.for_user(user).first()
        made += make_day(user, routine or RoutineWishes(owner=user), day, now=now)
    return made
