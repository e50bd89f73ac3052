"""Reminders: what comes when, what was told, quiet hours, and the biases."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from journal.models import Reminder, ReminderDelivery
from journal.models.routine import ReminderKind
from journal.routine import remembering
from journal.routine.biases import LIBRARY, Stage
from journal.routine.days import zone_of
from journal.routine.forms import ReminderForm, RoutineForm
from journal.routine.listing import (
    answers_of,
    deliveries_of,
    open_card,
    reminders_of,
    waiting_card,
)
from journal.routine.wishes import save_wishes, wishes_of
from journal.sections import tabs
from journal.views.zones import zones
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


_OK, _UNUSABLE = HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY


@require_GET
def reminders(request: DeskRequest) -> HttpResponse:
    return _page(request, None)


@require_POST
@trading_role_required
def routine_save(request: DeskRequest) -> HttpResponse:
    """Quiet hours, own band, symbol of the market."""
    form = RoutineForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    save_wishes(
        request.user,
        form.cleaned_data,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    messages.success(request, "Saved.")
    return HttpResponseRedirect(reverse("reminders"))


def _page(request: DeskRequest, form: RoutineForm | None) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    routine = wishes_of(request.user)
    names = (
        "quiet_from", "quiet_until", "lowest_score", "highest_score", "market_symbol",
    )  # fmt: skip
    initial = {name: getattr(routine, name) for name in names}
    initial["zone"] = zone_of(request.user, routine)
    context = {
        "rows": reminders_of(request.user, now),
        "deliveries": deliveries_of(request.user),
        "form": form or RoutineForm(initial=initial),
        "zones": zones(),
        "now": now,
        "tabs": tabs("plan", "reminders"),
    }
    status = _UNUSABLE if form is not None else _OK
    return render(request, "journal/reminders.html", context, status=status)


@require_http_methods(["GET", "POST"])
@trading_role_required
def reminder_new(request: DeskRequest) -> HttpResponse:
    zone = zone_of(request.user, wishes_of(request.user))
    asked = request.GET.get("kind", "")
    kind = asked if asked in ReminderKind.values else ReminderKind.OWN.value
    form = ReminderForm(request.POST or None, initial={"zone": zone, "kind": kind})
    return _written(request, form, None)


@require_http_methods(["GET", "POST"])
@trading_role_required
def reminder(request: DeskRequest, reminder_id: int) -> HttpResponse:
    """Change one. That of a task is changed with its task."""
    found = _own(request, reminder_id)
    if found.kind == ReminderKind.TASK:
        return HttpResponseRedirect(_task_of(found))
    names = (
        "kind", "title", "detail", "day", "biases", "by_email", "recurrence",
        "month_day", "at", "zone",
    )  # fmt: skip
    initial: dict[str, Any] = {name: getattr(found, name) for name in names}
    initial["weekdays"] = list(found.weekdays)
    return _written(request, ReminderForm(request.POST or None, initial=initial), found)


def _task_of(found: Reminder) -> str:
    if found.template_id is not None:
        return reverse("task_template", args=[found.template_id])
    return reverse("tasks")


def _written(
    request: DeskRequest, form: ReminderForm, found: Reminder | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and _stored(request, form, found):
        messages.success(request, "The reminder is set.")
        return HttpResponseRedirect(reverse("reminders"))
    context = {
        "form": form, "reminder": found, "zones": zones(),
        "tabs": tabs("plan", "reminders"),
    }  # fmt: skip
    status = _UNUSABLE if form.errors else _OK
    return render(request, "journal/reminder.html", context, status=status)


def _stored(request: DeskRequest, form: ReminderForm, found: Reminder | None) -> bool:
    try:
        remembering.set_reminder(
            request.user,
            form.chosen(),
            reminder_id=found.pk if found else None,
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
    except InvalidInputError as error:
        form.add_error(error.field, forms.ValidationError(error.message))
        return False
    return True


def _own(request: DeskRequest, reminder_id: int) -> Reminder:
    mine = Reminder.objects.for_user(request.user)
    found = mine.filter(pk=reminder_id).first()
    if found is None:
        raise Http404
    return found


@require_POST
@trading_role_required
def reminder_act(request: DeskRequest, reminder_id: int) -> HttpResponse:
    """Pause it, let it come again, or take it away."""
    _own(request, reminder_id)
    act, actor = request.POST.get("act", ""), actor_of(request)
    now = SYSTEM_CLOCK.now()
    if act == "delete":
        remembering.delete_reminder(request.user, reminder_id, actor=actor, now=now)
    elif act in {"pause", "resume"}:
        remembering.pause_reminder(
            request.user, reminder_id, active=act == "resume", actor=actor, now=now
        )
    else:
        raise InvalidInputError("Pause it, resume it or delete it.", field="act")
    return HttpResponseRedirect(reverse("reminders"))


@require_POST
@trading_role_required
def reminders_usual(request: DeskRequest) -> HttpResponse:
    zone = zone_of(request.user, wishes_of(request.user))
    remembering.use_usual(
        request.user, zone, actor=actor_of(request), now=SYSTEM_CLOCK.now()
    )
    return HttpResponseRedirect(reverse("reminders"))


@require_GET
def biases(request: DeskRequest) -> HttpResponse:
    """The library, with one's own newest answer to each, and the card that waits."""
    answers = answers_of(request.user)
    stages = [
        (
            stage.value,
            [
                {"card": card, "answer": answers.get(card.bias.value)}
                for card in LIBRARY
                if card.stage is stage
            ],
        )
        for stage in Stage
    ]
    context = {
        "stages": stages,
        "waiting": open_card(waiting_card(request.user)),
        "now": SYSTEM_CLOCK.now(),
        "tabs": tabs("plan", "reminders"),
    }
    return render(request, "journal/reminder_biases.html", context)


@require_POST
@trading_role_required
def bias_acknowledge(request: DeskRequest, delivery_id: int) -> HttpResponse:
    """Thought about, with an answer for oneself if one likes."""
    mine = ReminderDelivery.objects.for_user(request.user).exclude(bias="")
    if not mine.filter(pk=delivery_id).exists():
        raise Http404
    remembering.acknowledge(
        request.user,
        delivery_id,
        answer=request.POST.get("answer", ""),
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    where = "today" if request.POST.get("from") == "today" else "biases"
    return HttpResponseRedirect(reverse(where))
