"""Breaks: the list of those that wait for somebody, and one with its life and steps.

Every step is a plain POST. What the form or the workflow finds wrong comes back as the
page itself with 422, everything else through the desk's own errors: 409 for a break
that has moved on, 403 for a step that is not one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brokers.domain.breaks import BreakStatus, Resolution
from brokers.models import Break
from brokers.owned import seen_break
from brokers.reconciliation import workflow
from brokers.reconciliation.calendar import trading_day, trading_days
from brokers.reconciliation.paper import wording
from brokers.reconciliation.selectors import BreakLife, assignable_to, breaks_of
from brokers.views import break_life, break_steps, reconciliation_rows
from brokers.views.break_forms import StepForm
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


TABS: Mapping[str, tuple[str, tuple[BreakStatus, ...]]] = {
    "standing": (
        "Standing",
        (BreakStatus.OPEN, BreakStatus.INVESTIGATING, BreakStatus.AWAITING_BROKER),
    ),
    "unverified": ("Wait for a second person", (BreakStatus.RESOLVED,)),
    "settled": ("Verified", (BreakStatus.VERIFIED,)),
}


@require_GET
def breaks(request: DeskRequest) -> HttpResponse:
    """The breaks of one state, critical and oldest first."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "standing"
    hide = preferences.of(request.user).hide_money
    found = breaks_of(request.user, statuses=TABS[tab][1])
    context = {
        "tab": tab,
        "tabs": [
            {"name": name, "label": label, "current": name == tab}
            for name, (label, _) in TABS.items()
        ],
        "rows": [_row(one, hide_money=hide) for one in found],
        "is_reviewer": any(one.owner_id != request.user.pk for one in found),
    }
    return render(request, "brokers/reconciliation/breaks.html", context)


def _row(broken: Break, *, hide_money: bool) -> dict[str, Any]:
    return {
        "broken": broken,
        "words": reconciliation_rows.of_break(broken, hide_money=hide_money),
        "status": reconciliation_rows.status_words(broken.status),
        "age": _age(broken),
    }


def _age(broken: Break) -> int:
    connection = broken.account.connection
    day = trading_day(connection, SYSTEM_CLOCK.now())
    return trading_days(connection).between(broken.first_seen_day, day)


@require_GET
def break_page(request: DeskRequest, break_id: int) -> HttpResponse:
    """One break: both sides, its life, and the steps that this person may take."""
    return _page(request, seen_break(request, break_id))


def _page(
    request: DeskRequest, life: BreakLife, tried: StepForm | None = None
) -> HttpResponse:
    broken, user = life.broken, request.user
    hide = preferences.of(user).hide_money
    age = _age(broken)
    context = {
        "heading": f"Break {broken.pk}",
        "account": broken.account,
        "is_mine": broken.owner_id == user.pk,
        "resolution": reconciliation_rows.resolution_words(broken.resolution),
        "events": break_life.events_of(
            life.events,
            life.findings,
            user,
            hides_sides=hide and reconciliation_rows.is_money(broken),
        ),
        "age_days": age,
        "age_words": wording.aged(age),
        "settled_text": _settled(broken),
        "cause_text": _cause(broken),
        "adjusts": "adjust" in workflow.allowed_steps(broken, user),
        "needs_approval": _needs_approval(broken),
        "why_not_verify": _why_not_verify(broken, user),
        "forms": break_steps.forms_of(broken, user, assignable_to(broken), tried=tried),
        **_row(broken, hide_money=hide),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if tried is not None else HTTPStatus.OK
    template = "brokers/reconciliation/break.html"
    return render(request, template, context, status=status)


def _settled(broken: Break) -> str:
    reason = reconciliation_rows.resolution_words(broken.resolution)
    return f"{reason}: {broken.resolution_note}".rstrip(": ")


def _cause(broken: Break) -> str:
    """What may be behind it, as a sentence."""
    cause = broken.suggested_cause
    return f"It may be {cause}." if cause else "Nothing suggests why."


def _needs_approval(broken: Break) -> bool:
    written_off = broken.resolution == Resolution.WRITE_OFF.value
    return written_off and workflow.needs_approval(broken)


def _why_not_verify(broken: Break, user: User) -> str:
    if broken.status != BreakStatus.RESOLVED.value:
        return ""
    return workflow.why_not_verify(broken, user)


def _step(name: str) -> Callable[[DeskRequest, int], HttpResponse]:
    """The view that takes one step on one break."""

    def view(request: DeskRequest, break_id: int) -> HttpResponse:
        life = seen_break(request, break_id)
        people = assignable_to(life.broken)
        form = break_steps.bound(name, request, life.broken, people=people)
        if not form.is_valid():
            return _page(request, life, form)
        step = workflow.Step(
            break_id=life.broken.pk,
            seen=form.status_seen,
            by=request.user,
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
        try:
            said = break_steps.take(name, step, form)
        except InvalidInputError as error:
            form.add_error(break_steps.field_of(form, error), error.message)
            return _page(request, life, form)
        messages.success(request, said)
        url = reverse("break", args=[life.broken.pk])
        return HttpResponseRedirect(url)

    view.__name__ = f"break_{name}"
    return require_POST(view)


break_assign = _step("assign")
break_status = _step("status")
break_resolve = _step("resolve")
break_verify = _step("verify")
break_reopen = _step("reopen")
