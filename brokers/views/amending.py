"""Changing a working order: typed, reviewed with its verdicts, then sent."""

from __future__ import annotations

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
    check_reason,
    needs_reason,
    preview_amend,
    request_amend,
)
from brokers.owned import owned_order
from brokers.views import phrases, verdicts
from brokers.views.changes import change_rows
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import (
    DeskError,
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)


@require_http_methods(["GET", "POST"])
@trading_role_required
def order_amend(request: DeskRequest, order_id: int) -> HttpResponse:
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
    if request.POST.get("step") != "send":
        return _page(request, order, form, change=form.change())
    return _send(request, order, form)


def _initial_form(request: DeskRequest, order: Order) -> AmendForm:
    """As the order works now; a price that another page proposes stands ready."""
    form = AmendForm(order)
    proposed = request.GET.get("stop_price", "")[:24]
    if proposed and "stop_price" in form.fields:
        form.initial["stop_price"] = proposed
    return form


def _send(request: DeskRequest, order: Order, form: AmendForm) -> HttpResponse:
    change = form.change()
    try:
        _request(request, order, change)
    except (InvalidInputError, NotAllowedError, StaleStateError) as error:
        fresh = owned_order(request, order.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, StaleStateError):
            status = HTTPStatus.CONFLICT
        return _page(request, fresh, form, change=change, error=error, status=status)
    messages.info(request, f"{phrases.sentence(order)}: the change is on its way.")
    return HttpResponseRedirect(reverse("order", args=[order.pk]))


def _request(request: DeskRequest, order: Order, change: OrderChange) -> None:
    digest = change_digest(order, change)
    if request.POST.get("digest") != digest:
        raise StaleStateError(
            "The order or the change differs from what you reviewed. Read it again."
        )
    actor, grant_id = actor_of(request), None
    check_amendable(order)
    may_go = _check_before_spending_a_code(request, order, change)
    # A refusal is written down by the change itself, and costs no code.
    if may_go and adds_risk(order, change):
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
        reason=request.POST.get("reason", ""),
    )
    request_amend(amendment, SYSTEM_CLOCK)


def _check_before_spending_a_code(
    request: DeskRequest, order: Order, change: OrderChange
) -> bool:
    """What is missing is told before it costs the code; False where a check blocks."""
    assessment = preview_amend(
        order.account, order, change=change, user=request.user, now=SYSTEM_CLOCK.now()
    )
    if not assessment.blocked:
        check_reason(assessment, request.POST.get("reason", ""))
    return not assessment.blocked


def _page(
    request: DeskRequest,
    order: Order,
    form: AmendForm,
    *,
    change: OrderChange | None = None,
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
    if change is not None:
        context |= _review(request, order, change)
    return render(request, "brokers/order_amend.html", context, status=status)


def _review(request: DeskRequest, order: Order, change: OrderChange) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    assessment = preview_amend(
        order.account, order, change=change, user=request.user, now=now
    )
    due = grants.code_due(request.user, now, purpose=grants.Purpose.ORDER_AMEND)
    return {
        "changes": change_rows(order, change),
        "digest": change_digest(order, change),
        "needs_code": adds_risk(order, change),
        "needs_reason": needs_reason(assessment),
        "reason": request.POST.get("reason", "")[:200],
        "code_due": due,
        "code_due_seconds": _seconds_until(due, now),
        **verdicts.context_of(assessment),
    }


def _seconds_until(due: datetime | None, now: datetime) -> int:
    if due is None or due <= now:
        return 0
    return int((due - now).total_seconds()) + 1
