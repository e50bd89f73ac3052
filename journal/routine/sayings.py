"""What a reminder says when its time has come, and whether there is anything to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from brokers import selectors
from journal.models import Reminder, ReminderDelivery, RoutineWishes, Task
from journal.models.routine import ReminderKind, TaskState
from journal.routine.biases import LIBRARY, in_turn
from journal.routine.days import exchange_day
from journal.routine.making import make_day
from journal.routine.matters import matters_of
from tradedesk.web.navigation import address


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """`url` is a path of the desk; `bias` marks a card that wants to be acknowledged."""

    title: str
    body: str = ""
    url: str = ""
    bias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One time that a reminder is due, and the instant at which it is told."""

    reminder: Reminder
    routine: RoutineWishes
    due_at: datetime
    now: datetime


def saying_of(occasion: Occasion) -> Saying | None:
    """None when nothing is open that it could remind of."""
    return _SAYINGS[ReminderKind(occasion.reminder.kind)](occasion)


def _own(occasion: Occasion) -> Saying:
    said = occasion.reminder
    return Saying(title=str(said), body=said.detail, url=reverse("reminders"))


def _task(occasion: Occasion) -> Saying | None:
    task = _task_meant(occasion)
    if task is None or task.state != TaskState.OPEN:
        return None
    return Saying(title=f"To do: {task.title}", body=task.detail, url=reverse("tasks"))


def _task_meant(occasion: Occasion) -> Task | None:
    reminder = occasion.reminder
    if reminder.template_id is None:
        return reminder.task
    day = exchange_day(occasion.due_at)
    make_day(reminder.owner, occasion.routine, day, now=occasion.now)
    return Task.objects.filter(template=reminder.template_id, day=day).first()


def _bias(occasion: Occasion) -> Saying:
    reminder = occasion.reminder
    local = occasion.due_at.astimezone(reminder.schedule.zone).date()
    card = in_turn(local, reminder.biases)
    return Saying(
        title=f"Bias of the week: {card.name}",
        body=f"{card.text} {card.question}",
        url=f"{reverse('biases')}#{card.bias.value}",
        bias=card.bias.value,
    )


def _refresher(occasion: Occasion) -> Saying:
    mine = ReminderDelivery.objects.for_user(occasion.reminder.owner)
    open_cards = mine.exclude(bias="").filter(acknowledged_at=None).count()
    waiting = f" {open_cards} cards wait for your answer." if open_cards else ""
    return Saying(
        title="A monthly look at the biases",
        body=f"Knowing of them helps for weeks, not for months. All {len(LIBRARY)} on "
        f"one page.{waiting}",
        url=reverse("biases"),
    )


def _unreviewed(occasion: Occasion) -> Saying | None:
    found = matters_of(occasion.reminder.owner, occasion.now)
    if not found.trades and not found.days:
        return None
    parts = [_counted(found.trades, "trade"), _counted(found.days, "day")]
    return Saying(
        title=f"Not reviewed: {', '.join(filter(None, parts))}",
        body="Of the last two weeks. First question: did I follow my rules?",
        url=address("debrief") or address("journal"),
    )


def _unprotected(occasion: Occasion) -> Saying | None:
    held = selectors.held_positions(occasion.reminder.owner)
    bare = [one.position.symbol for one in held if not one.is_protected]
    if not bare:
        return None
    return Saying(
        title=f"Without a working stop: {', '.join(bare[:5])}",
        body=f"{_counted(len(bare), 'position')} in all.",
        url=reverse("positions"),
    )


def _drills(occasion: Occasion) -> Saying | None:
    due = matters_of(occasion.reminder.owner, occasion.now).drills
    if not due:
        return None
    return Saying(
        title=f"{_counted(due, 'worst-case drill')} due",
        body="Go through what you would do, step by step, and note what it taught.",
        url=address("worst_cases"),
    )


def _plan_review(occasion: Occasion) -> Saying | None:
    if not matters_of(occasion.reminder.owner, occasion.now).plans:
        return None
    return Saying(
        title="Your trading plan is due for review",
        body="Read it, strike out what no longer holds, and say that you did.",
        url=address("plan"),
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


_SAYINGS: Mapping[ReminderKind, Callable[[Occasion], Saying | None]] = {
    ReminderKind.OWN: _own,
    ReminderKind.TASK: _task,
    ReminderKind.BIAS: _bias,
    ReminderKind.REFRESHER: _refresher,
    ReminderKind.UNREVIEWED: _unreviewed,
    ReminderKind.UNPROTECTED: _unprotected,
    ReminderKind.DRILLS: _drills,
    ReminderKind.PLAN_REVIEW: _plan_review,
}
