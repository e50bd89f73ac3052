"""Reverse: the entry the other way is typed, both orders are reviewed, one code sends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from http import HTTPStatus
from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers.domain.orders import OrderStatus
from brokers.forms import ReverseForm, typed, typed_price
from brokers.models import Order, Position
from brokers.orders.answering import Warned, check_answered
from brokers.orders.confirming import Confirmation, check_acknowledged
from brokers.orders.digests import spec_digest
from brokers.orders.papers import Papers
from brokers.orders.protecting import protection_of
from brokers.orders.reversing import (
    Turn,
    confirm_reversal,
    draft_reversal,
    judge_reversal,
)
from brokers.owned import owned_order, owned_position
from brokers.views import reversal_figures, verdicts
from brokers.views.levels import Level, market_price, opposite_stop_levels, tick_of
from brokers.views.warned import Warnings, answers_context, answers_in
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import (
    DeskError,
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)


class Asked(Protocol):
    """What the plan of one entry was asked, and what was answered."""

    @property
    def context(self) -> Mapping[str, Any]: ...

    def is_answered(self) -> bool: ...

    def papers(self, turn: Turn, now: datetime) -> Sequence[Papers]: ...


class Plans(Protocol):
    """Brokers know no plans: the desk hands in who asks for them."""

    def asked(self, data: Any, user: User) -> Asked: ...

    def carried(self, draft: Order) -> object | None: ...


@require_http_methods(["GET", "POST"])
@trading_role_required
def position_reverse(
    request: DeskRequest, position_id: int, *, plans: Plans, warnings: Warnings
) -> HttpResponse:
    """How large, with which stop and by which plan; the answer is a draft to review.
    `?part=plan` is the question for the plan alone, as it stands with what was chosen.
    """
    position = owned_position(request, position_id)
    if position.confirmed_quantity == 0:
        raise StaleStateError(f"There is no position in {position.symbol} any more.")
    if request.method == "GET":
        asked = plans.asked({}, request.user)
        return _form_page(request, position, None, asked=asked)
    asked = plans.asked(request.POST, request.user)
    if request.GET.get("part") == "plan":
        context = {"position": position, **asked.context}
        return render(request, "brokers/position_reverse.html#plan", context)
    form = ReverseForm(request.POST)
    if not (form.is_valid() & asked.is_answered()):
        return _form_page(request, position, form, asked=asked, is_refused=True)
    return _draft(request, position, form, asked=asked, warnings=warnings)


def _fresh_form(
    position: Position, levels: Sequence[Level], request: DeskRequest
) -> ReverseForm:
    """As many whole units as are held: a bracket and a short sale take no fractions."""
    held = abs(position.confirmed_quantity)
    whole = held.quantize(Decimal(1), rounding=ROUND_DOWN)
    asked = request.GET.get("stop_price", "")[:24]
    proposed = typed_price(levels[0].price) if levels else ""
    return ReverseForm(
        initial={
            "intent_key": uuid.uuid4(),
            "quantity": typed(whole) if whole else "",
            "stop_price": asked or proposed,
        }
    )


def _form_page(
    request: DeskRequest,
    position: Position,
    form: ReverseForm | None,
    *,
    asked: Asked,
    is_refused: bool = False,
) -> HttpResponse:
    """The form as it was sent, or a new one."""
    tick = tick_of(position)
    levels = opposite_stop_levels(position, tick)
    context = {
        "position": position,
        "held": abs(position.confirmed_quantity),
        "side": "short" if position.confirmed_quantity > 0 else "long",
        "form": _fresh_form(position, levels, request) if form is None else form,
        "levels": levels,
        "tick": tick,
        "market_price": market_price(position),
        "exits": _exits(position),
        **asked.context,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "brokers/position_reverse.html", context, status=status)


def _exits(position: Position) -> list[Order]:
    protection = protection_of(position)
    return [*protection.stops, *protection.targets]


def _draft(
    request: DeskRequest,
    position: Position,
    form: ReverseForm,
    *,
    asked: Asked,
    warnings: Warnings,
) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    warnings.refresh(position.account, now)
    turn = Turn(
        intent_key=form.cleaned_data["intent_key"],
        quantity=form.cleaned_data["quantity"],
        stop_price=form.cleaned_data["stop_price"],
        target_price=form.cleaned_data["target_price"],
        **reversal_figures.planned(position, form.cleaned_data),
    )
    drafted = draft_reversal(
        position,
        replace(turn, papers=asked.papers(turn, now)),
        user=request.user,
        actor=actor_of(request),
        now=now,
    )
    # The review shows them next.
    warnings.note(_warned(drafted.order, now), drafted.assessment)
    return HttpResponseRedirect(reverse("reversal", args=[drafted.order.pk]))


def _warned(draft: Order, now: datetime) -> Warned:
    return Warned(
        order=draft, intent=draft.intent, risk_money=draft.risk_money, now=now
    )


@require_http_methods(["GET", "POST"])
@trading_role_required
def reversal(
    request: DeskRequest, order_id: int, *, plans: Plans, warnings: Warnings
) -> HttpResponse:
    """Both orders to read once more; with the code for the entry, both are queued."""
    draft = owned_order(request, order_id)
    if draft.state is not OrderStatus.DRAFT or draft.reverses is None:
        return HttpResponseRedirect(reverse("order", args=[draft.pk]))
    if request.method == "GET":
        return _review_page(request, draft, plans=plans, warnings=warnings)
    try:
        _confirm(request, draft, warnings)
    except _REFUSALS as error:
        return _refused(request, order_id, error, plans=plans, warnings=warnings)
    messages.info(request, "The close goes first, the entry when it has filled.")
    return HttpResponseRedirect(reverse("order", args=[draft.pk]))


_REFUSALS = (
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
    grants.CodeRefusedError,
)


def _confirm(request: DeskRequest, draft: Order, warnings: Warnings) -> None:
    digest = request.POST.get("digest", "")
    if digest != spec_digest(draft):
        raise StaleStateError(
            "The order has changed since you reviewed it. Read it again, then confirm."
        )
    now, actor = SYSTEM_CLOCK.now(), actor_of(request)
    warnings.refresh(draft.account, now)
    assessment = judge_reversal(draft, user=request.user, now=now)
    answers, warned = answers_in(request.POST), _warned(draft, now)
    warnings.note(warned, assessment)
    # What is missing, or has come up since the review, is told before it costs the code.
    if not assessment.blocked:
        check_answered(assessment, answers)
        check_acknowledged(assessment, {*draft.acknowledged, *answers.acknowledged})
        warnings.answer(warned, assessment, answers)
    grant_id = None
    if not assessment.blocked:  # a denial is written down, and costs no code
        grant = grants.issue(
            user=request.user,
            purpose=grants.Purpose.ORDER_CONFIRM,
            digest=digest,
            code=request.POST.get("code", ""),
            device_id=request.POST.get("device") or None,
            actor=actor,
        )
        grant_id = grant.pk
    confirmation = Confirmation(
        order_id=draft.pk,
        user=request.user,
        digest=digest,
        grant_id=grant_id,
        actor=actor,
        acknowledged=answers.acknowledged,
    )
    confirm_reversal(confirmation, SYSTEM_CLOCK)
    warnings.settle(draft, SYSTEM_CLOCK.now())


def _refused(
    request: DeskRequest,
    order_id: int,
    error: DeskError,
    *,
    plans: Plans,
    warnings: Warnings,
) -> HttpResponse:
    """The review again, fresh; or the order, if it went after all."""
    draft = owned_order(request, order_id)
    if draft.state is not OrderStatus.DRAFT:
        return HttpResponseRedirect(reverse("order", args=[draft.pk]))
    stale = isinstance(error, StaleStateError)
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return _review_page(
        request, draft, plans=plans, warnings=warnings, error=error, status=status
    )


def _review_page(
    request: DeskRequest,
    draft: Order,
    *,
    plans: Plans,
    warnings: Warnings,
    error: DeskError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    position = _position(draft)
    assessment = judge_reversal(draft, user=request.user, now=now)
    due = grants.code_due(request.user, now)
    context: dict[str, Any] = {
        "order": draft,
        "account": draft.account,
        "position": position,
        "moved": position.confirmed_quantity != draft.reverses,
        "close_words": reversal_figures.close_words(draft),
        "legs": reversal_figures.legs(draft, position),
        "shifts": reversal_figures.shifts(draft, position),
        "exits": _exits(position),
        "unread": verdicts.check_rows(assessment.to_acknowledge),
        "digest": spec_digest(draft),
        "code_due": due,
        "code_due_seconds": _seconds_until(due, now),
        "error": error,
        "carried": plans.carried(draft),
        **verdicts.context_of(assessment),
        **answers_context(answers_in(request.POST)),
        **warnings.context(assessment, now),
    }
    return render(request, "brokers/reversal.html", context, status=status)


def _position(draft: Order) -> Position:
    """The position that it turns around; its row stays when it is flat."""
    found = Position.objects.filter(account=draft.account_id, symbol=draft.symbol)
    position = found.select_related("account__connection").first()
    if position is None:
        raise Http404
    return position


def _seconds_until(due: datetime | None, now: datetime) -> int:
    if due is None or due <= now:
        return 0
    return int((due - now).total_seconds()) + 1
