"""The invented trader's warnings, tasks and reminders, so that these pages live too."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from brokers.models import Account, Fill
from journal.demo import words
from journal.demo.booking import entry_id
from journal.demo.story import Told
from journal.domain.schedule import instant_of, next_after
from journal.models import (
    Bias,
    Level,
    Nudge,
    NudgeAnswer,
    Reminder,
    ReminderDelivery,
    Task,
    TaskTemplate,
)
from journal.models.routine import (
    DeliveryOutcome,
    Priority,
    ReminderKind,
    TaskState,
)
from journal.routine.making import task_of
from risk.facts import DenialCode
from tradedesk.accounts.models import User


DAYS_OF_TASKS = 15
_THOUGHT_BETTER, _EDITED, _HURRIED = 0.35, 0.2, 0.7
_AFTER_LOSS = DenialCode.BEHAVIOUR_AFTER_LOSS.value
_TILT = DenialCode.BEHAVIOUR_TILT.value


def warn(account: Account, story: Sequence[Told], random: Random) -> None:
    """What the ticket said before the trades in anger, and to tickets that never went."""
    fills = Fill.objects.filter(account=account, execution_id__endswith="-in")
    orders = dict(fills.values_list("execution_id", "order_id"))
    Nudge.objects.bulk_create(
        one
        for number, told in enumerate(story)
        if not told.setup
        for one in _warnings(
            account, told, order_id=orders[entry_id(number)], random=random
        )
    )


def _warnings(
    account: Account, told: Told, *, order_id: int | None, random: Random
) -> Iterator[Nudge]:
    idea = told.walked.idea
    if random.random() < _HURRIED:
        answer = NudgeAnswer.PROCEEDED
        if random.random() < _EDITED:
            answer = NudgeAnswer.EDITED
        at = idea.entered_at - timedelta(seconds=20)
        yield _nudge(account, told, at=at, order_id=order_id, answer=answer)
    if random.random() < _THOUGHT_BETTER:
        at = told.walked.closed_at + timedelta(minutes=2)
        yield _nudge(account, told, at=at, order_id=None, answer=NudgeAnswer.ABANDONED)


def _nudge(
    account: Account,
    told: Told,
    *,
    at: datetime,
    order_id: int | None,
    answer: NudgeAnswer,
) -> Nudge:
    idea, went = told.walked.idea, order_id is not None
    risk = idea.unit * idea.quantity
    asks = Level.REASONED if went else Level.CONFIRMED
    return Nudge(
        owner_id=account.owner_id,
        account=account,
        intent=uuid.uuid4(),
        order_id=order_id,
        signal=_AFTER_LOSS if went else _TILT,
        level=asks,
        words=words.WARNED if went else words.WARNED_OF_TILT,
        figures={},
        symbol=idea.symbol,
        risk_money=risk.quantize(Decimal("0.01")),
        shown_at=at,
        acknowledged_at=at + timedelta(seconds=8) if went else None,
        reason=words.WHY_ALL_THE_SAME[idea.quantity % len(words.WHY_ALL_THE_SAME)]
        if went
        else "",
        answer=answer.value,
        answered_at=at + timedelta(seconds=15 if went else 1800),
    )


# Tasks and reminders


def templates(owner: User) -> list[TaskTemplate]:
    """A short checklist, only for who has none: one's own is not mixed with it."""
    if TaskTemplate.objects.for_user(owner).exists():
        return []
    return TaskTemplate.objects.bulk_create(
        TaskTemplate(
            owner=owner, place=place, title=f"{title} (demo)", detail=detail, at=at,
            priority=Priority.HIGH if place == 1 else Priority.NORMAL,
        )
        for place, (title, detail, at) in enumerate(words.CHECKLIST, start=1)
    )  # fmt: skip


def tasks(
    made: Sequence[TaskTemplate], days: Sequence[date], random: Random
) -> list[Task]:
    """What became of the checklist on these days: most done, some skipped or left."""
    states = (TaskState.DONE,) * 8 + (TaskState.SKIPPED, TaskState.OPEN)
    return Task.objects.bulk_create(
        _task(template, day, random.choice(states)) for day in days for template in made
    )


def _task(template: TaskTemplate, day: date, state: TaskState) -> Task:
    due = instant_of(day, template.at, template.schedule.zone)
    task = task_of(template, day, due - timedelta(hours=6))
    task.state = state
    if state is not TaskState.OPEN:
        task.closed_at = due + timedelta(minutes=7)
    if state is TaskState.SKIPPED:
        task.closing_note = "No time before the open"
    return task


def own_tasks(owner: User, day: date, now: datetime) -> list[Task]:
    """Added by hand and still open."""
    return Task.objects.bulk_create(
        Task(owner=owner, day=day, title=f"{title} (demo)", created_at=now)
        for title in words.OWN_TASKS
    )


def reminders(owner: User, now: datetime) -> list[Reminder]:
    """A bias a week, told for a month; and one in the trader's own words, paused."""
    bias = _reminder(owner, ReminderKind.BIAS, "Bias of the week (demo)", now=now)
    bias.weekdays = "1"
    bias.next_at = bias.look_at = next_after(bias.schedule, now)
    own = _reminder(owner, ReminderKind.OWN, "Stand up after a loss (demo)", now=now)
    own.active = False
    made = Reminder.objects.bulk_create([bias, own])
    ReminderDelivery.objects.bulk_create(_told(made[0], now))
    return made


def _reminder(
    owner: User, kind: ReminderKind, title: str, *, now: datetime
) -> Reminder:
    return Reminder(owner=owner, kind=kind, title=title, at=time(8, 30), created_at=now)


def _told(reminder: Reminder, now: datetime) -> Iterator[ReminderDelivery]:
    """The newest waits for its answer."""
    asked = (Bias.PROFITS_AND_LOSSES, Bias.GAMBLERS_FALLACY, Bias.SMALL_NUMBERS)
    for weeks, (bias, answer) in enumerate(zip(asked, words.ANSWERS, strict=True)):
        due = now - timedelta(days=7 * weeks + 1)
        yield ReminderDelivery(
            owner_id=reminder.owner_id,
            reminder=reminder,
            due_at=due,
            settled_at=due,
            outcome=DeliveryOutcome.TOLD,
            title=reminder.title,
            bias=bias,
            acknowledged_at=due + timedelta(minutes=3) if answer else None,
            answer=answer,
        )
