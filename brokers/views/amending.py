"""Changing a working order: typed, reviewed with its verdicts, then sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers import selectors
from brokers.domain.orders import OrderChange
from brokers.forms import AmendForm
from brokers.models import Order
from brokers.orders.amend import (
    Amendment,
    adds_risk,
    change_digest,
    check_amendable,
    preview_amend,
    request_amend,
)
from brokers.orders.answering import Answers, Warned, check_answered, needs_reason
from brokers.owned import owned_order
from brokers.views import phrases, verdicts
from brokers.views.changes import change_rows, risk_after
from brokers.views.warned import Warnings, answers_context, answers_in
from risk.facts import Assessment
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import (
    DeskError,
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A change as it was typed, its verdicts, and what they are kept by. `told` is what
    else a page says of them.
    """

    change: OrderChange
    assessment: Assessment
    warned: Warned
    answers: Answers
    told: Mapping[str, Any]


@require_http_methods(["GET", "POST"])
@trading_role_required
def order_amend(
    request: DeskRequest, order_id: int, warnings: Warnings
) -> HttpResponse:
    """Type a change, read what it does, send it; a code only where it adds risk."""
    order = owned_order(request, order_id)
    if not order.state.is_open or not order.broker_order_id:
        raise StaleStateError("Only an order that works at the broker can be changed.")
    if request.method == "GET":
        return _page(request, order, _initial_form(request, order))
    form = AmendForm(order, request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, order, form, status=status)
    if request.POST.get("step") == "send":
        return _send(request, order, form, warnings=warnings)
    asked = _asked(request, order, form, warnings=warnings)
    return _page(request, order, form, asked=asked)


def _asked(
    request: DeskRequest, order: Order, form: AmendForm, *, warnings: Warnings
) -> _Asked:
    """Judged now; what it was warned of is kept. What lets no more be lost costs
    nothing of that.
    """
    change, now = form.change(), SYSTEM_CLOCK.now()
    market = None
    if adds_risk(order, change):
        warnings.refresh(order.account, now)
        market = warnings.market(order, now)
    assessment = preview_amend(
        order.account, order, change=change, user=request.user, now=now, market=market
    )
    warned = Warned(
        order=order,
        intent=form.cleaned_data["intent_key"],
        risk_money=risk_after(order, change, market) if market else None,
        now=now,
    )
    warnings.note(warned, assessment)
    return _Asked(
        change=change,
        assessment=assessment,
        warned=warned,
        answers=answers_in(request.POST),
        told=warnings.context(assessment, now),
    )


def _initial_form(request: DeskRequest, order: Order) -> AmendForm:
    """As the order works now; a price that another page proposes stands ready."""
    form = AmendForm(order)
    proposed = request.GET.get("stop_price", "")[:24]
    if proposed and "stop_price" in form.fields:
        form.initial["stop_price"] = proposed
    return form


def _send(
    request: DeskRequest, order: Order, form: AmendForm, *, warnings: Warnings
) -> HttpResponse:
    asked = _asked(request, order, form, warnings=warnings)
    try:
        _request(request, order, asked, warnings=warnings)
    except (InvalidInputError, NotAllowedError, StaleStateError) as error:
        fresh = owned_order(request, order.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, StaleStateError):
            status = HTTPStatus.CONFLICT
        again = _asked(request, fresh, form, warnings=warnings)
        return _page(request, fresh, form, asked=again, error=error, status=status)
    messages.info(request, f"{phrases.sentence(order)}: the change is on its way.")
    return HttpResponseRedirect(reverse("order", args=[order.pk]))


def _request(
    request: DeskRequest, order: Order, asked: _Asked, *, warnings: Warnings
) -> None:
    change, assessment = asked.change, asked.assessment
    digest = change_digest(order, change)
    if request.POST.get("digest") != digest:
        raise StaleStateError(
            "The order or the change differs from what you reviewed. Read it again."
        )
    actor, grant_id, is_new_risk = actor_of(request), None, adds_risk(order, change)
    check_amendable(order)
    # What is missing is told before it costs the code.
    if not assessment.blocked:
        check_answered(assessment, asked.answers)
    # A refusal is written down by the change itself, and costs no code.
    if is_new_risk and not assessment.blocked:
        grant = grants.issue(
            user=request.user,
            purpose=grants.Purpose.ORDER_AMEND,
            digest=digest,
            code=request.POST.get("code", ""),
            device_id=request.POST.get("device") or None,
            actor=actor,
        )
        grant_id = grant.pk
    amendment = Amendment(
        order_id=order.pk,
        change=change,
        user=request.user,
        grant_id=grant_id,
        actor=actor,
        answers=asked.answers,
        papers=warnings.papers_of_change(asked.warned, assessment, asked.answers),
    )
    request_amend(amendment, SYSTEM_CLOCK)
    if is_new_risk:
        warnings.refresh(order.account, SYSTEM_CLOCK.now())


def _page(
    request: DeskRequest,
    order: Order,
    form: AmendForm,
    *,
    asked: _Asked | None = None,
    error: DeskError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        "order": order,
        "heading": f"Order {order.pk}",
        "account": order.account,
        "form": form,
        "title": phrases.title(order),
        "instrument": selectors.instrument_of(
            order.account.connection.feed, order.symbol
        ),
        "error": error,
    }
    if asked is not None:
        context |= _review(request, order, asked)
    return render(request, "brokers/order_amend.html", context, status=status)


def _review(request: DeskRequest, order: Order, asked: _Asked) -> dict[str, Any]:
    change, assessment, now = asked.change, asked.assessment, asked.warned.now
    due = grants.code_due(request.user, now, purpose=grants.Purpose.ORDER_AMEND)
    return {
        "changes": change_rows(order, change),
        "digest": change_digest(order, change),
        "needs_code": adds_risk(order, change),
        "needs_reason": needs_reason(assessment),
        **answers_context(asked.answers),
        **asked.told,
        "code_due": due,
        "code_due_seconds": _seconds_until(due, now),
        **verdicts.context_of(assessment),
    }


def _seconds_until(due: datetime | None, now: datetime) -> int:
    if due is None or due <= now:
        return 0
    return int((due - now).total_seconds()) + 1
