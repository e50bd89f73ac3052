"""Tasks: the board of a day, adding one, and what is done with each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from journal.models import Note, Task, TaskTemplate, Trade
from journal.models.routine import TaskState
from journal.routine import doing
from journal.routine.board import board_of, tasks_of
from journal.routine.days import exchange_day, zone_of
from journal.routine.doing import SNOOZES, NewTask
from journal.routine.forms import TaskForm
from journal.routine.making import make_day
from journal.routine.seeding import use_ten_tasks
from journal.routine.wishes import wishes_of
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


_DAY = timedelta(days=1)


@require_GET
def tasks(request: DeskRequest) -> HttpResponse:
    """The board of a day, today's unless `?day=` names one; it makes today's tasks."""
    changed = request.GET.get("changed", "")
    now = SYSTEM_CLOCK.now()
    day = _day(request.GET.get("day", ""), exchange_day(now))
    number = int(changed) if changed.isdecimal() else 0
    context = _board(request, day, now, changed=number)
    return render(request, "journal/tasks.html", context)


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _board(
    request: DeskRequest, day: date, now: datetime, *, changed: int = 0
) -> dict[str, Any]:
    today = exchange_day(now)
    if day == today:
        make_day(request.user, wishes_of(request.user), day, now=now)
    found = tasks_of(request.user, day, today)
    return {
        "board": board_of(found, day, now),
        "changed": next((one for one in found if one.pk == changed), None),
        "day": day,
        "today": today,
        "is_today": day == today,
        "has_templates": bool(found) or _has_templates(request),
        "before": day - _DAY,
        "after": day + _DAY,
        "snoozes": SNOOZES,
        "now": now,
        "tabs": tabs("journal", "tasks"),
    }


def _has_templates(request: DeskRequest) -> bool:
    """Asked of an empty board only: is it the day, or is there no checklist yet?"""
    return TaskTemplate.objects.for_user(request.user).filter(active=True).exists()


@require_http_methods(["GET", "POST"])
@trading_role_required
def task_new(request: DeskRequest) -> HttpResponse:
    """A form; `?trade=` and `?note=` fill it in with what the task is about."""
    now = SYSTEM_CLOCK.now()
    asked = request.POST if request.method == "POST" else request.GET
    trade = _mine(Trade.objects.for_user(request.user), asked.get("trade", ""))
    note = _mine(Note.objects.for_user(request.user), asked.get("note", ""))
    zone = zone_of(request.user, wishes_of(request.user))
    form = TaskForm(request.POST or None, initial=_initial(trade, note, now))
    if request.method == "POST" and form.is_valid():
        new = _new(form, zone, trade=trade, note=note)
        task = doing.add_task(request.user, new, actor=actor_of(request), now=now)
        return _to_board(task.day)
    context = {
        "form": form, "trade": trade, "note": note, "zone": zone,
        "tabs": tabs("journal", "tasks"),
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/task_new.html", context, status=status)


def _mine(rows: Any, text: str) -> Any:
    """The row that the address names; 404 for another's."""
    if not text:
        return None
    found = rows.filter(pk=int(text)).first() if text.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _initial(trade: Trade | None, note: Note | None, now: datetime) -> dict[str, Any]:
    title = ""
    if trade is not None:
        title = f"Look at the {trade.symbol} trade again"
    if note is not None:
        title = f"Look at the note again: {note.heading}"
    return {
        "title": title[:120],
        "day": exchange_day(now),
        "trade": trade.pk if trade else None,
        "note": note.pk if note else None,
    }


def _new(
    form: TaskForm, zone: str, *, trade: Trade | None, note: Note | None
) -> NewTask:
    cleaned = form.cleaned_data
    return NewTask(
        title=cleaned["title"],
        detail=cleaned["detail"],
        day=cleaned["day"],
        priority=cleaned["priority"],
        due_at=form.due_at(zone),
        remind=cleaned["remind"],
        trade=trade,
        note=note,
    )


def _to_board(day: date, *, changed: int = 0) -> HttpResponseRedirect:
    mark = f"&changed={changed}" if changed else ""
    return HttpResponseRedirect(f"{reverse('tasks')}?day={day}{mark}")


@require_POST
@trading_role_required
def task_act(request: DeskRequest, task_id: int) -> HttpResponse:
    """Done, skipped, put off, open again or deleted; the answer is where one stood."""
    act = _ACTS.get(request.POST.get("act", ""))
    if not Task.objects.for_user(request.user).filter(pk=task_id).exists():
        raise Http404
    if act is None:
        raise InvalidInputError("Choose what is to become of the task.", field="act")
    now = SYSTEM_CLOCK.now()
    task = act(request, task_id, now)
    changed = 0 if task is None else task.pk
    return _where_one_stood(request, changed, now)


def _where_one_stood(request: DeskRequest, changed: int, now: datetime) -> HttpResponse:
    on_today = request.POST.get("from") == "today"
    day = _day(request.POST.get("day", ""), exchange_day(now))
    if not request.htmx and on_today:
        return HttpResponseRedirect(f"{reverse('today')}#checklist")
    if not request.htmx:
        return _to_board(day, changed=changed)
    context = _board(request, day, now, changed=changed)
    template = (
        "journal/today_checklist.html" if on_today else "journal/tasks.html#board"
    )
    return render(request, template, context)


_Act = Callable[[DeskRequest, int, datetime], Task | None]


def _close(
    request: DeskRequest, task_id: int, now: datetime, *, state: TaskState
) -> Task:
    return doing.close_task(
        request.user,
        task_id,
        state,
        note=request.POST.get("note", ""),
        actor=actor_of(request),
        now=now,
    )


def _reopen(request: DeskRequest, task_id: int, now: datetime) -> Task:
    return doing.reopen_task(request.user, task_id, actor=actor_of(request), now=now)


def _snooze(request: DeskRequest, task_id: int, now: datetime) -> Task:
    text = request.POST.get("minutes", "")
    minutes = int(text) if text.isdecimal() else 0
    return doing.snooze_task(
        request.user, task_id, minutes, actor=actor_of(request), now=now
    )


def _delete(request: DeskRequest, task_id: int, now: datetime) -> None:
    doing.delete_task(request.user, task_id, actor=actor_of(request), now=now)


_ACTS: dict[str, _Act] = {
    "done": partial(_close, state=TaskState.DONE),
    "skip": partial(_close, state=TaskState.SKIPPED),
    "reopen": _reopen,
    "snooze": _snooze,
    "delete": _delete,
}


@require_POST
@trading_role_required
def tasks_seed(request: DeskRequest) -> HttpResponse:
    """The ten tasks of trading as one's own checklist."""
    now = SYSTEM_CLOCK.now()
    use_ten_tasks(request.user, actor=actor_of(request), now=now)
    where = "today" if request.POST.get("from") == "today" else "tasks"
    return HttpResponseRedirect(reverse(where))
