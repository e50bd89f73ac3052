"""One trade, its whole story, and what its trader says of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from journal.book import corrections, measuring, reading, reviewing
from journal.book.forms import CorrectionForm, MistakeForm, ReviewForm, TagForm
from journal.book.labels import labels_and_names, names_of_tags
from journal.models import TagFamily, Trade, TradeFill
from journal.owned import owned_trade
from journal.sections import tabs
from journal.views import trade_figures
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


_FORMS: Final[dict[str, type[forms.Form]]] = {
    "tag_form": TagForm,
    "mistake_form": MistakeForm,
    "correction_form": CorrectionForm,
}


@require_GET
def trade(request: DeskRequest, trade_id: int) -> HttpResponse:
    """Result, plan against actual, fills, and what was said of it. `?picture=1` draws
    the picture and the stop's moves at once, `?part=picture` is them alone.
    """
    found = owned_trade(request, trade_id)
    if request.GET.get("part") == "picture":
        return render(request, "journal/trade_picture.html", _picture(found))
    return _page(request, found)


def _page(request: DeskRequest, found: Trade, **given: forms.Form) -> HttpResponse:
    """The page, or with HTMX the part that was written in; 422 with a wrong form."""
    wrong = any(form.errors for form in given.values())
    said = _said(found, request.user, given)
    part = request.htmx and request.method == "POST"
    context = said if part else said | _story(found)
    if request.GET.get("picture"):
        context |= _picture(found)
    template = "journal/trade.html#said" if part else "journal/trade.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, template, context, status=status)


def _said(found: Trade, user: User, given: dict[str, forms.Form]) -> dict[str, Any]:
    """What a person says, and the forms to say it with."""
    labels, named = labels_and_names([found.pk], user)
    blank = {name: form(auto_id=f"{name}_%s") for name, form in _FORMS.items()}
    review = ReviewForm(initial=_reviewed(found), auto_id="review_%s")
    return {
        "trade": found,
        "labels": labels[found.pk],
        "names": names_of_tags(named),
        "corrections": corrections.corrections_of(found),
        "correction_labels": corrections.LABELS,
        "review_form": review,
        **blank,
        **given,
    }


def _reviewed(found: Trade) -> dict[str, object]:
    return {
        "followed_plan": {True: "yes", False: "no", None: ""}[found.followed_plan],
        "emotion": str(found.emotion or ""),
        "confidence": str(found.confidence or ""),
        # Who saves a first review has looked at the trade.
        "reviewed": True,
    }


def _story(found: Trade) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    fills = _fills(found)
    return {
        "tabs": tabs("journal", "journal"),
        "heading": f"{found.symbol} {found.direction}",
        "plan": trade_figures.plan_against_actual(found),
        "giveback": trade_figures.giveback(found),
        "fills": fills,
        "orders": sorted({one.order_id for one in fills if one.order_id}),
        "held": trade_figures.held_words(found, now),
        # Said while the page is drawn, when the zone of this person is known.
        "span": partial(trade_figures.span_words, found),
        "now": now,
    }


def _picture(found: Trade) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    moves, fills = reading.stop_moves(found), _fills(found)
    measuring.look_again(found, now)
    return {
        "trade": found,
        "effects": trade_figures.effects_of(found, moves),
        "chart": trade_figures.picture(found, fills=fills, moves=moves, now=now),
        "is_drawn": True,
        "now": now,
    }


def _fills(found: Trade) -> list[TradeFill]:
    """In order of time; read once, and at hand for what is worked out of them."""
    prefetch_related_objects([found], "fills")
    return sorted(
        found.fills.all(), key=lambda one: (one.executed_at, one.execution_id)
    )


# What is said of it

_Say = Callable[[DeskRequest, Trade, Any], None]


def _saying(
    request: DeskRequest, trade_id: int, *, name: str, form: forms.Form, say: _Say
) -> HttpResponse:
    """Check a form, do what it says, and show the trade; 422 with the words if wrong."""
    found = owned_trade(request, trade_id)
    if form.is_valid():
        try:
            say(request, found, form)
        except InvalidInputError as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, error.message)
    if form.errors:
        return _page(request, found, **{name: form})
    return _answer(request, trade_id)


def _answer(request: DeskRequest, trade_id: int) -> HttpResponse:
    if request.htmx:
        return _page(request, owned_trade(request, trade_id))
    return HttpResponseRedirect(reverse("trade", args=[trade_id]) + "#said")


@require_POST
@trading_role_required
def trade_review(request: DeskRequest, trade_id: int) -> HttpResponse:
    """Whether the plan was followed, how it felt, and that it was looked over."""
    form = ReviewForm(request.POST, auto_id="review_%s")
    return _saying(request, trade_id, name="review_form", form=form, say=_review)


def _review(request: DeskRequest, found: Trade, form: ReviewForm) -> None:
    said, now = form.said(), SYSTEM_CLOCK.now()
    reviewing.review(found, said, actor=actor_of(request), now=now)


@require_POST
@trading_role_required
def trade_tag_add(request: DeskRequest, trade_id: int) -> HttpResponse:
    form = TagForm(request.POST, auto_id="tag_form_%s")
    return _saying(request, trade_id, name="tag_form", form=form, say=_tag)


def _tag(request: DeskRequest, found: Trade, form: TagForm) -> None:
    given = form.cleaned_data
    reviewing.add_tag(
        found,
        TagFamily(given["family"]),
        given["name"],
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )


@require_POST
@trading_role_required
def trade_tag_remove(request: DeskRequest, trade_id: int, tag_id: int) -> HttpResponse:
    found = owned_trade(request, trade_id)
    now = SYSTEM_CLOCK.now()
    reviewing.remove_tag(found, tag_id, actor=actor_of(request), now=now)
    return _answer(request, trade_id)


@require_POST
@trading_role_required
def trade_mistake_add(request: DeskRequest, trade_id: int) -> HttpResponse:
    form = MistakeForm(request.POST, auto_id="mistake_form_%s")
    return _saying(request, trade_id, name="mistake_form", form=form, say=_mistake)


def _mistake(request: DeskRequest, found: Trade, form: MistakeForm) -> None:
    blunder, now = form.blunder(), SYSTEM_CLOCK.now()
    reviewing.add_mistake(found, blunder, actor=actor_of(request), now=now)


@require_POST
@trading_role_required
def trade_mistake_remove(
    request: DeskRequest, trade_id: int, mistake_id: int
) -> HttpResponse:
    found = owned_trade(request, trade_id)
    now = SYSTEM_CLOCK.now()
    reviewing.remove_mistake(found, mistake_id, actor=actor_of(request), now=now)
    return _answer(request, trade_id)


@require_POST
@trading_role_required
def trade_correct(request: DeskRequest, trade_id: int) -> HttpResponse:
    """Put a stop, a risk or the plan right; the figures above change, so all is drawn."""
    form = CorrectionForm(request.POST, auto_id="correction_form_%s")
    return _saying(
        request, trade_id, name="correction_form", form=form, say=_correction
    )


def _correction(request: DeskRequest, found: Trade, form: CorrectionForm) -> None:
    corrections.correct(
        found,
        form.correction(),
        user=request.user,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
