"""The trading plan: written section by section, compared, published, reviewed."""

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

from journal.models import Plan
from journal.owned import owned_plan_version
from journal.plans import reading, writing
from journal.plans.comparing import compare_plans
from journal.plans.due import review_due_on
from journal.plans.forms import PublishForm, ReviewForm, SectionForm
from journal.plans.sections import BY_KEY, SECTIONS, Section, written
from journal.routine.days import exchange_day
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError, StaleStateError


@require_GET
def plan(request: DeskRequest) -> HttpResponse:
    """Every section as it stands in the draft; `?edit=` opens one."""
    opened = BY_KEY.get(request.GET.get("edit", ""))
    found = reading.plan_of(request.user)
    form = SectionForm(opened, _values(found, opened)) if opened else None
    return _page(request, found, opened=opened, form=form)


def _page(
    request: DeskRequest,
    found: Plan | None,
    *,
    opened: Section | None = None,
    form: SectionForm | None = None,
    error: StaleStateError | InvalidInputError | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "tabs": tabs("plan", "plan"),
        "sections": [_shown(found, section) for section in SECTIONS],
        "opened": opened.key if opened else "",
        "form": form,
        "error": error,
        "versions": reading.plan_versions(found) if found else [],
        "review_form": ReviewForm(
            initial={"every_days": found.review_days if found else 90}
        ),
        **_state(found),
    }
    status = _status(form, error)
    return render(request, "journal/plan.html", context, status=status)


def _status(
    form: SectionForm | None, error: StaleStateError | InvalidInputError | None
) -> int:
    if error is not None:
        return error.status
    if form is not None and form.errors:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.OK


def _state(found: Plan | None) -> dict[str, Any]:
    """What the head of the page says: the version in force, and what waits in draft."""
    current = found.current if found else None
    today = exchange_day(SYSTEM_CLOCK.now())
    due_on = review_due_on(found) if found else None
    draft = found.draft if found else {}
    return {
        "plan": found,
        "current": current,
        "changes": len(compare_plans(current.sections if current else {}, draft)),
        "written": sum(1 for section in SECTIONS if draft.get(section.key)),
        "section_count": len(SECTIONS),
        "review_due_on": due_on,
        "is_review_due": due_on is not None and due_on <= today,
    }


def _shown(found: Plan | None, section: Section) -> dict[str, Any]:
    values = _values(found, section)
    return {
        "section": section,
        "written": written(section, values),
        "rows": [{"field": one, "text": values.get(one.key)} for one in section.fields],
    }


def _values(found: Plan | None, section: Section) -> dict[str, str]:
    return found.draft.get(section.key, {}) if found else {}


@require_http_methods(["GET", "POST"])
@trading_role_required
def plan_section(request: DeskRequest, key: str) -> HttpResponse:
    """One section's form, in place; saved, it is the section again."""
    section = BY_KEY.get(key)
    if section is None:
        raise Http404
    if request.method == "GET":
        return _opened(request, section)
    found = reading.plan_of(request.user)
    form = SectionForm(section, _values(found, section), request.POST)
    if not form.is_valid():
        return _refused(request, section, form)
    try:
        saved = writing.save_section(
            request.user,
            key,
            form.values(),
            seen=form.cleaned_data["seen"],
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
    except StaleStateError as error:
        return _refused(request, section, form, error=error)
    if not request.htmx:
        return HttpResponseRedirect(f"{reverse('plan')}#{key}")
    context = {"one": _shown(saved, section), "is_swap": True, **_state(saved)}
    return render(request, "journal/plan_section.html", context)


def _opened(request: DeskRequest, section: Section) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(
            f"{reverse('plan')}?edit={section.key}#{section.key}"
        )
    found = reading.plan_of(request.user)
    if "close" in request.GET:
        context: dict[str, Any] = {"one": _shown(found, section)}
        return render(request, "journal/plan_section.html", context)
    form = SectionForm(section, _values(found, section))
    context = {"one": _shown(found, section), "form": form}
    return render(request, "journal/plan_form.html", context)


def _refused(
    request: DeskRequest,
    section: Section,
    form: SectionForm,
    *,
    error: StaleStateError | None = None,
) -> HttpResponse:
    found = reading.plan_of(request.user)
    if error is not None:
        # What is there now has been told of: saving again means it.
        now_there = _values(found, section)
        typed = {**request.POST.dict(), "seen": writing.section_digest(now_there)}
        form = SectionForm(section, now_there, typed)
    if not request.htmx:
        return _page(request, found, opened=section, form=form, error=error)
    context = {"one": _shown(found, section), "form": form, "error": error}
    status = _status(form, error)
    return render(request, "journal/plan_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@trading_role_required
def plan_changes(request: DeskRequest) -> HttpResponse:
    """What the draft says otherwise than the version in force; POST publishes it."""
    form = PublishForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            version = writing.publish(
                request.user,
                form.cleaned_data["reason"],
                actor=actor_of(request),
                now=SYSTEM_CLOCK.now(),
            )
        except InvalidInputError as caught:
            error = caught
        else:
            messages.success(
                request, f"Version {version.number} is in force: orders carry it now."
            )
            return HttpResponseRedirect(reverse("plan"))
    found = reading.plan_of(request.user)
    current = found.current if found else None
    context = {
        "tabs": tabs("plan", "plan"),
        "form": form,
        "error": error,
        "current": current,
        "differences": compare_plans(
            current.sections if current else {}, found.draft if found else {}
        ),
    }
    failed = error is not None or bool(form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "journal/plan_changes.html", context, status=status)


@require_POST
@trading_role_required
def plan_discard(request: DeskRequest) -> HttpResponse:
    saved = writing.discard_draft(
        request.user, actor=actor_of(request), now=SYSTEM_CLOCK.now()
    )
    number = saved.current.number if saved.current else ""
    messages.info(request, f"The draft says again what version {number} says.")
    return HttpResponseRedirect(reverse("plan"))


@require_POST
@trading_role_required
def plan_review(request: DeskRequest) -> HttpResponse:
    """It was read again today."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Say after how many days it is due again: 1 to 730.")
    now = SYSTEM_CLOCK.now()
    writing.mark_reviewed(
        request.user,
        **form.cleaned_data,
        today=exchange_day(now),
        actor=actor_of(request),
        now=now,
    )
    messages.success(request, "The review is noted.")
    return HttpResponseRedirect(reverse("plan"))


@require_GET
def plan_version(request: DeskRequest, number: int) -> HttpResponse:
    """One version, what it changed against another, and which orders carried it."""
    version = owned_plan_version(request, number)
    versions = reading.plan_versions(version.plan)
    against = _against(request, number)
    before = owned_plan_version(request, against) if against else None
    context = {
        "tabs": tabs("plan", "plan"),
        "version": version,
        "versions": versions,
        "before": before,
        "differences": compare_plans(
            before.sections if before else {}, version.sections
        ),
        "sections": [
            {
                "section": section,
                "rows": [
                    {"field": one, "text": version.sections[section.key].get(one.key)}
                    for one in section.fields
                ],
            }
            for section in SECTIONS
            if section.key in version.sections
        ],
        "orders": reading.orders_under(version),
    }
    return render(request, "journal/plan_version.html", context)


def _against(request: DeskRequest, number: int) -> int:
    """The version to compare with: asked for, else the one before; 0 for none."""
    asked = request.GET.get("against", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else number - 1  # noqa: PLR2004
