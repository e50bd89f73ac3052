"""The ten tasks of trading, after Van K. Tharp, as a checklist to begin with.

The times are those of a New York session; the words are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from journal.models import RoutineWishes, TaskTemplate
from journal.models.routine import Priority
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    key: str
    at: time
    title: str
    detail: str
    priority: Priority = Priority.NORMAL
    weekdays: str = "12345"


TEN_TASKS = (
    Seed(
        key="self-analysis",
        at=time(8, 30),
        title="Look at yourself",
        detail="Sleep, mood, what else is on your mind. Rate the morning from 1 to 8.",
        priority=Priority.HIGH,
    ),
    Seed(
        key="rehearsal",
        at=time(8, 45),
        title="Rehearse the day in your head",
        detail="See the best trade go well, then the worst case, and what you do in each.",
    ),
    Seed(
        key="idea",
        at=time(9, 0),
        title="Find an idea with little risk",
        detail="Entry, stop, target: at least three times what it may lose, in a playbook.",
    ),
    Seed(
        key="stalking",
        at=time(9, 20),
        title="Stalk the entry",
        detail="Wait for the price that makes the risk small. No chase.",
    ),
    Seed(
        key="action",
        at=time(9, 30),
        title="Act on the plan",
        detail="When the price is there, send the order as planned. Thinking is over.",
        priority=Priority.HIGH,
    ),
    Seed(
        key="monitoring",
        at=time(10, 30),
        title="Watch what is open",
        detail="Every position has a working stop. Is each still the trade you entered?",
        priority=Priority.HIGH,
    ),
    Seed(
        key="abort",
        at=time(12, 0),
        title="Leave what no longer holds",
        detail="If the reason is gone, go, whatever the result. Small is the point.",
    ),
    Seed(
        key="take-profits",
        at=time(15, 30),
        title="Take profits by the rule",
        detail="Exits as written: targets, trailing stops, time. Not by feeling.",
    ),
    Seed(
        key="debriefing",
        at=time(16, 15),
        title="Debrief the day",
        detail="One question first: did I follow my rules? Then the mistakes, in R.",
        priority=Priority.HIGH,
    ),
    Seed(
        key="review",
        at=time(16, 45),
        title="Review the week",
        detail="What worked, what did not, one thing to work on next week.",
        weekdays="5",
    ),
)


@transaction.atomic(durable=True)
def use_ten_tasks(user: User, *, actor: Actor, now: datetime) -> int:
    """Add those of the ten that the person does not have; how many are new.

    One that was retired comes back with the words that it had.
    """
    mine = TaskTemplate.objects.for_user(user).select_for_update(no_key=True)
    had = {one.seed: one for one in mine.exclude(seed="")}
    for one in had.values():
        one.active = True
    TaskTemplate.objects.bulk_update(had.values(), ["active"])
    fresh = [
        TaskTemplate(
            owner=user,
            seed=seed.key,
            place=place,
            title=seed.title,
            detail=seed.detail,
            priority=seed.priority,
            weekdays=seed.weekdays,
            at=seed.at,
        )
        for place, seed in enumerate(TEN_TASKS, start=1)
        if seed.key not in had
    ]
    TaskTemplate.objects.bulk_create(fresh, ignore_conflicts=True)
    RoutineWishes.objects.for_user(user).update(tasks_made_on=None)
    record(
        AuditAction.TASK_CHANGED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={"act": "ten tasks of trading", "new": len(fresh)},
        now=now,
    )
    return len(fresh)
