"""Worst cases: cards with what is done at once, and their rehearsals."""

from __future__ import annotations

from datetime import timedelta
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

from journal.models import WorstCaseCard
from journal.owned import owned_worst_case
from journal.plans import worst_cases as cards
from journal.plans.forms import CardForm, DrillForm
from journal.routine.days import exchange_day
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


# A first rehearsal soon: a card that was never tried is a wish.
FIRST_DRILL = timedelta(days=14)
SHOWN_DRILLS = 20


@require_GET
def worst_cases(request: DeskRequest) -> HttpResponse:
    """The cards, overdue rehearsals first, and the kinds that have none yet."""
    today = exchange_day(SYSTEM_CLOCK.now())
    mine = cards.cards_of(request.user)
    rows = [{"card": card, "is_due": card.next_drill_on <= today} for card in mine]
    context = {
        "tabs": tabs("plan", "worst_cases"),
        "rows": rows,
        "due_count": sum(1 for row in rows if row["is_due"]),
        "suggestions": cards.suggestions(mine),
        "today": today,
    }
    return render(request, "journal/worst_cases.html", context)


@require_http_methods(["GET", "POST"])
@trading_role_required
def worst_case_new(request: DeskRequest) -> HttpResponse:
    """A card; `?category=` says for what, and its hints show in the empty fields."""
    category = _category(request.GET.get("category", ""))
    first = exchange_day(SYSTEM_CLOCK.now()) + FIRST_DRILL
    initial = {"category": category, "next_drill_on": first}
    form = CardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            cards.write_card(
                request.user,
                form.terms(),
                actor=actor_of(request),
                now=SYSTEM_CLOCK.now(),
            )
        except InvalidInputError as error:
            form.add_error(None, error.message)
        else:
            return HttpResponseRedirect(reverse("worst_cases"))
    hint = cards.suggested(category)
    form.fields["trigger"].widget.attrs["placeholder"] = hint.trigger
    form.fields["action"].widget.attrs["placeholder"] = hint.action
    return _form_page(request, form, None)


def _category(asked: str) -> str:
    known = WorstCaseCard.Category
    return asked if asked in known.values else known.OTHER.value


def _form_page(
    request: DeskRequest, form: CardForm, card: WorstCaseCard | None, **more: Any
) -> HttpResponse:
    context = {"tabs": tabs("plan", "worst_cases"), "form": form, "card": card, **more}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "journal/worst_case.html", context, status=status)


@require_http_methods(["GET", "POST"])
@trading_role_required
def worst_case(request: DeskRequest, card_id: int) -> HttpResponse:
    """One card to edit, with its rehearsals."""
    card = owned_worst_case(request, card_id)
    initial = {name: getattr(card, name) for name in cards.CardTerms.__slots__}
    form = CardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        cards.edit_card(
            card, form.terms(), actor=actor_of(request), now=SYSTEM_CLOCK.now()
        )
        messages.success(request, "Saved.")
        return HttpResponseRedirect(reverse("worst_cases"))
    return _form_page(request, form, card, **_drills(card))


def _drills(card: WorstCaseCard, form: DrillForm | None = None) -> dict[str, Any]:
    today = exchange_day(SYSTEM_CLOCK.now())
    return {
        "drills": card.drills.order_by("-drilled_on", "-pk")[:SHOWN_DRILLS],
        "drill_form": form or DrillForm(today=today, initial={"on": today}),
        "is_due": card.archived_at is None and card.next_drill_on <= today,
    }


@require_POST
@trading_role_required
def worst_case_drill(request: DeskRequest, card_id: int) -> HttpResponse:
    """It was rehearsed; the next date follows by itself."""
    card = owned_worst_case(request, card_id)
    now = SYSTEM_CLOCK.now()
    form = DrillForm(request.POST, today=exchange_day(now))
    if not form.is_valid():
        initial = {name: getattr(card, name) for name in cards.CardTerms.__slots__}
        context = {
            "tabs": tabs("plan", "worst_cases"),
            "form": CardForm(initial=initial),
            "card": card,
            **_drills(card, form),
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "journal/worst_case.html", context, status=status)
    cards.record_drill(card, **form.cleaned_data, actor=actor_of(request), now=now)
    day = card.next_drill_on.isoformat()
    messages.success(request, f"Rehearsal noted; the next one is on {day}.")
    return HttpResponseRedirect(reverse("worst_cases"))


@require_POST
@trading_role_required
def worst_case_archive(request: DeskRequest, card_id: int) -> HttpResponse:
    card = owned_worst_case(request, card_id)
    cards.archive_card(card, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.info(request, "The card is put away; its rehearsals stay.")
    return HttpResponseRedirect(reverse("worst_cases"))
