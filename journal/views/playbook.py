"""One playbook: its rules, what it came to, its versions, and what was missed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from journal.models import Playbook, PlaybookVersion
from journal.owned import owned_missed_trade, owned_playbook, owned_playbook_version
from journal.plans import parameters, playbooks, reading
from journal.plans.comparing import Difference, compare
from journal.plans.forms import (
    MissedForm,
    PlaybookForm,
    RetireForm,
    playbook_initial,
)
from journal.routine.days import exchange_day
from journal.sections import tabs
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@require_GET
def playbook(request: DeskRequest, playbook_id: int) -> HttpResponse:
    return _page(request, owned_playbook(request, playbook_id))


def _page(
    request: DeskRequest, found: Playbook, form: MissedForm | None = None
) -> HttpResponse:
    version = found.current
    even = preferences.for_request(request, request.user).breakeven_r
    today = exchange_day(SYSTEM_CLOCK.now())
    context: dict[str, Any] = {
        "tabs": tabs("plan", "playbooks"),
        "playbook": found,
        "version": version,
        "rules": _rules(version),
        "parameters": _parameters(version),
        "most_parameters": parameters.MOST,
        "stats": reading.playbook_stats(found, even),
        "versions": reading.playbook_versions(found),
        "missed": reading.missed_trades(found),
        "missed_sum": reading.missed_sum(found),
        "missed_form": form or MissedForm(initial={"missed_on": today}),
        "retire_form": RetireForm(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "journal/playbook.html", context, status=status)


def _rules(version: PlaybookVersion | None) -> list[dict[str, str]]:
    """All four, written or not, so that what is missing shows."""
    texts = version.rules if version else {}
    return [
        {"label": label, "text": texts.get(key, "")}
        for key, label in playbooks.RULES.items()
    ]


def _parameters(version: PlaybookVersion | None) -> list[str]:
    return list(parameters.parameters(one["text"] for one in _rules(version)))


@require_http_methods(["GET", "POST"])
@trading_role_required
def playbook_edit(request: DeskRequest, playbook_id: int) -> HttpResponse:
    """The rules as a form; saving them otherwise makes the next version."""
    found = owned_playbook(request, playbook_id)
    initial = playbook_initial(found.current) if found.current else {}
    form = PlaybookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = playbooks.revise(
                found,
                form.terms(),
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=SYSTEM_CLOCK.now(),
            )
        except InvalidInputError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, f"Version {version.number} is in force.")
            return _to(found)
    context = {"tabs": tabs("plan", "playbooks"), "form": form, "playbook": found}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/playbook_edit.html", context, status=status)


def _to(found: Playbook) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("playbook", args=[found.pk]))


@require_POST
@trading_role_required
def playbook_retire(request: DeskRequest, playbook_id: int) -> HttpResponse:
    """Off the ticket, or on it again."""
    found = owned_playbook(request, playbook_id)
    actor, now = actor_of(request), SYSTEM_CLOCK.now()
    if found.retired_at is not None:
        playbooks.bring_back(found, actor=actor, now=now)
        messages.success(request, f"{found.name} is on the ticket again.")
        return _to(found)
    form = RetireForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    playbooks.retire(found, reason, actor=actor, now=now)
    messages.info(request, f"{found.name} is retired; its trades stay.")
    return _to(found)


@require_POST
@trading_role_required
def missed_trade_add(request: DeskRequest, playbook_id: int) -> HttpResponse:
    found = owned_playbook(request, playbook_id)
    form = MissedForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    playbooks.log_missed(
        found, form.missed(), actor=actor_of(request), now=SYSTEM_CLOCK.now()
    )
    return HttpResponseRedirect(f"{reverse('playbook', args=[found.pk])}#missed")


@require_POST
@trading_role_required
def missed_trade_remove(request: DeskRequest, missed_id: int) -> HttpResponse:
    row = owned_missed_trade(request, missed_id)
    playbooks.remove_missed(row, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    return HttpResponseRedirect(f"{reverse('playbook', args=[row.playbook_id])}#missed")


@require_GET
def playbook_version(
    request: DeskRequest, playbook_id: int, number: int
) -> HttpResponse:
    """The rules as they were frozen for the orders that carried them."""
    found = owned_playbook(request, playbook_id)
    version = owned_playbook_version(found, number)
    before = owned_playbook_version(found, number - 1) if number > 1 else None
    context = {
        "tabs": tabs("plan", "playbooks"),
        "playbook": found,
        "version": version,
        "before": before,
        "rules": _rules(version),
        "differences": _differences(before, version) if before else [],
        "orders": reading.orders_under(version),
    }
    return render(request, "journal/playbook_version.html", context)


_LABELS = {
    "name": "Name",
    "thesis": "Thesis",
    "market_types": "Market types",
    **playbooks.RULES,
    "checklist": "Checklist",
    "max_risk_percent": "Most risk per trade",
}


def _differences(before: PlaybookVersion, after: PlaybookVersion) -> list[Difference]:
    return list(compare(_texts(before), _texts(after), _LABELS))


def _texts(version: PlaybookVersion) -> dict[str, str]:
    shown = playbook_initial(version)
    return shown | {"market_types": ", ".join(version.market_types)}
