"""A day's tasks in four columns, and what stands where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from journal.models import Task
from journal.models.routine import TaskState
from tradedesk.accounts.models import User


# What is due within the hour is for now; what comes after that is for later.
NOW_REACHES = timedelta(hours=1)


class Column(StrEnum):
    OVERDUE = "Overdue"
    NOW = "Now"
    LATER = "Later"
    DONE = "Done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    day: date
    columns: Sequence[tuple[Column, Sequence[Task]]]
    done: int
    count: int

    @property
    def share(self) -> int:
        """Done or skipped, in percent."""
        return 100 * self.done // self.count if self.count else 0

    @property
    def is_empty(self) -> bool:
        return not self.count


def column_of(task: Task, now: datetime) -> Column:
    """A task without a time is for now; one that was put off is for later until then."""
    if task.state != TaskState.OPEN:
        return Column.DONE
    if task.snoozed_until is not None:
        return Column.LATER if task.snoozed_until > now else Column.NOW
    if task.due_at is None or now <= task.due_at <= now + NOW_REACHES:
        return Column.NOW
    return Column.OVERDUE if task.due_at < now else Column.LATER


def tasks_of(user: User, day: date, today: date) -> QuerySet[Task]:
    """The day's own, and on today what was added by hand before and is still open; with
    `trade_symbol` of the trade that a task is about.

    A checklist's task that was left undone stays with its day: it does not pile up.
    """
    wanted = Q(day=day)
    if day == today:
        wanted |= Q(day__lt=today, template=None, state=TaskState.OPEN)
    mine = Task.objects.for_user(user).filter(wanted)
    return mine.annotate(trade_symbol=F("trade__symbol"))


def _order(task: Task) -> tuple[bool, datetime | None, int, int, int]:
    return (task.due_at is None, task.due_at, task.priority, task.place, task.pk)


def board_of(tasks: Iterable[Task], day: date, now: datetime) -> Board:
    filed: dict[Column, list[Task]] = {column: [] for column in Column}
    for task in sorted(tasks, key=_order):
        filed[column_of(task, now)].append(task)
    return Board(
        day=day,
        columns=list(filed.items()),
        done=len(filed[Column.DONE]),
        count=sum(len(column) for column in filed.values()),
    )
