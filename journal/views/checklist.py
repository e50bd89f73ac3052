"""The checklist behind the tasks: its templates, one page each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from journal.models import TaskTemplate
from journal.routine.days import zone_of
from journal.routine.forms import TemplateForm
from journal.routine.seeding import TEN_TASKS
from journal.routine.templates import retire_template, templates_of, write_template
from journal.routine.wishes import wishes_of
from journal.sections import tabs
from journal.views.zones import zones
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK


@require_GET
def task_templates(request: DeskRequest) -> HttpResponse:
    found = templates_of(request.user)
    seeds = {one.seed for one in found if one.active}
    context = {
        "templates": found,
        "missing": sum(seed.key not in seeds for seed in TEN_TASKS),
        "tabs": tabs("journal", "tasks"),
    }
    return render(request, "journal/task_templates.html", context)


@require_http_methods(["GET", "POST"])
@trading_role_required
def task_template_new(request: DeskRequest) -> HttpResponse:
    zone = zone_of(request.user, wishes_of(request.user))
    form = TemplateForm(request.POST or None, initial={"zone": zone})
    return _written(request, form, None)


@require_http_methods(["GET", "POST"])
@trading_role_required
def task_template(request: DeskRequest, template_id: int) -> HttpResponse:
    template = _own(request, template_id)
    form = TemplateForm(request.POST or None, initial=_initial(template))
    return _written(request, form, template)


def _written(
    request: DeskRequest, form: TemplateForm, template: TaskTemplate | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        reminding = {name: form.cleaned_data[name] for name in ("remind", "by_email")}
        made = write_template(
            request.user,
            form.chosen() | reminding,
            template_id=template.pk if template else None,
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
        messages.success(request, f"Saved: {made.title}.")
        return HttpResponseRedirect(reverse("task_templates"))
    context = {
        "form": form, "template": template, "zones": zones(),
        "tabs": tabs("journal", "tasks"),
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/task_template.html", context, status=status)


def _initial(template: TaskTemplate) -> dict[str, Any]:
    names = (
        "title", "detail", "priority", "trading_days_only", "recurrence",
        "month_day", "at", "zone",
    )  # fmt: skip
    reminder = template.reminders.first()
    return {name: getattr(template, name) for name in names} | {
        "weekdays": list(template.weekdays),
        "remind": reminder is not None,
        "by_email": reminder is not None and reminder.by_email,
    }


def _own(request: DeskRequest, template_id: int) -> TaskTemplate:
    mine = TaskTemplate.objects.for_user(request.user)
    found = mine.filter(pk=template_id).first()
    if found is None:
        raise Http404
    return found


@require_POST
@trading_role_required
def task_template_retire(request: DeskRequest, template_id: int) -> HttpResponse:
    """Off the checklist, or with `active` back on it."""
    _own(request, template_id)
    active = request.POST.get("active") == "1"
    template = retire_template(
        request.user,
        template_id,
        active=active,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    word = "back on the checklist" if active else "off the checklist"
    messages.success(request, f"{template.title}: {word}.")
    return HttpResponseRedirect(reverse("task_templates"))
