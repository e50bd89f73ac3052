"""The review of a draft, and the second factor that confirms exactly it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brokers.domain.orders import OrderStatus
from brokers.models import Order
from brokers.orders.confirming import (
    Confirmation,
    check_acknowledged,
    confirm_order,
)
from brokers.orders.digests import spec_digest
from brokers.owned import owned_order
from journal.plans.reading import order_plan
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError, NotAllowedError, StaleStateError
from tradedesk.desk.ticket import warnings
from tradedesk.desk.ticket.preview import Preview
from tradedesk.desk.ticket.review import review_context, review_of


@require_GET
@trading_role_required
def review(request: DeskRequest, order_id: int) -> HttpResponse:
    """Read once more what would be sent; a confirmed order shows its own page."""
    order = owned_order(request, order_id)
    if order.state is not OrderStatus.DRAFT:
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    if order.reverses is not None:
        return HttpResponseRedirect(reverse("reversal", args=[order.pk]))
    return render(request, "desk/review.html", _context(request, order))


def _context(request: DeskRequest, order: Order) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    carried = order_plan(order)
    made = review_of(order, carried, user=request.user, now=now)
    due = grants.code_due(request.user, now)
    return review_context(order, made, carried=carried, code_due=due, now=now)


@require_POST
@trading_role_required
def confirm(request: DeskRequest, order_id: int) -> HttpResponse:
    """Spend the code on this order and queue it. Pressed twice it is one order."""
    order = owned_order(request, order_id)
    if order.state is not OrderStatus.DRAFT:
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    try:
        _confirm(request, order)
    except (NotAllowedError, StaleStateError, grants.CodeRefusedError) as error:
        return _refused(request, order_id, error)
    return HttpResponseRedirect(reverse("order", args=[order.pk]))


def _confirm(request: DeskRequest, order: Order) -> None:
    digest = request.POST.get("digest", "")
    if digest != spec_digest(order):
        raise StaleStateError(
            "The order has changed since you reviewed it. Read it again, then confirm."
        )
    now = SYSTEM_CLOCK.now()
    warnings.refreshed(order.account, now)
    made = review_of(order, order_plan(order), user=request.user, now=now)
    _check_before_spending_a_code(request, order, made)
    actor, grant_id = actor_of(request), None
    # A denial is written down by the confirmation itself, and costs no code.
    if not (made.assessment.reducing or made.assessment.blocked):
        grant = grants.issue(
            user=request.user,
            purpose=grants.Purpose.ORDER_CONFIRM,
            digest=digest,
            code=request.POST.get("code", ""),
            device_id=request.POST.get("device") or None,
            actor=actor,
        )
        grant_id = grant.pk
    confirm_order(
        Confirmation(
            order_id=order.pk,
            user=request.user,
            digest=digest,
            grant_id=grant_id,
            actor=actor,
            acknowledged=request.POST.getlist("acknowledged"),
        ),
        SYSTEM_CLOCK,
    )
    warnings.settled(order.account, order.intent, SYSTEM_CLOCK.now())


def _check_before_spending_a_code(
    request: DeskRequest, order: Order, made: Preview
) -> None:
    """What has come up since the review is told before it costs the code."""
    answered = {*order.acknowledged, *request.POST.getlist("acknowledged")}
    if made.assessment.blocked:
        return
    check_acknowledged(made.assessment, answered)
    reason = request.POST.get("nudge_reason", "") or warnings.reason_of(order, made)
    if warnings.needs_reason(warnings.nudge_in(made.assessment), reason):
        raise StaleStateError(f"Nothing was sent. {warnings.ASK_REASON}")
    if request.POST.getlist("acknowledged"):
        warnings.answer_at_review(order, made, reason=reason)


def _refused(request: DeskRequest, order_id: int, error: DeskError) -> HttpResponse:
    """The review again, fresh, saying what stood in the way; or the order, if it went."""
    order = owned_order(request, order_id)
    if order.state is not OrderStatus.DRAFT:
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    context = _context(request, order) | {"error": error}
    stale = isinstance(error, StaleStateError)
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "desk/review.html", context, status=status)
