"""Playbooks: all of them with what they came to, and a new one."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from journal.plans import playbooks as books
from journal.plans import reading
from journal.plans.forms import PlaybookForm
from journal.sections import tabs
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@require_GET
def playbooks(request: DeskRequest) -> HttpResponse:
    even = preferences.for_request(request, request.user).breakeven_r
    stats = reading.stats_by_playbook(request.user, even)
    rows = [
        (one, {"playbook": one, "stats": stats.get(one.pk, reading.NO_STATS)})
        for one in reading.playbooks_of(request.user)
    ]
    context = {
        "tabs": tabs("plan", "playbooks"),
        "active": [row for one, row in rows if one.retired_at is None],
        "retired": [row for one, row in rows if one.retired_at],
    }
    return render(request, "journal/playbooks.html", context)


@require_http_methods(["GET", "POST"])
@trading_role_required
def playbook_new(request: DeskRequest) -> HttpResponse:
    form = PlaybookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = books.create(
                request.user,
                form.terms(),
                actor=actor_of(request),
                now=SYSTEM_CLOCK.now(),
            )
        except InvalidInputError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, f"{made.name} is on the ticket from now on.")
            return HttpResponseRedirect(reverse("playbook", args=[made.pk]))
    context = {"tabs": tabs("plan", "playbooks"), "form": form, "playbook": None}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/playbook_edit.html", context, status=status)
