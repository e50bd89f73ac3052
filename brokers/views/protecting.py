"""Adding a stop to what is held, or moving the one that works closer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from brokers.domain.orders import OrderChange
from brokers.forms import ProtectForm, typed_price
from brokers.orders.amend import adds_risk
from brokers.orders.protecting import (
    NewStop,
    Protection,
    judge_stop,
    move_stop,
    place_stop,
    protection_of,
)
from brokers.owned import owned_position
from brokers.views import verdicts
from brokers.views.levels import Level, stop_levels, tick_of
from risk.facts import Assessment
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError
from tradedesk.web import formatting


@require_http_methods(["GET", "POST"])
@trading_role_required
def position_protect(request: DeskRequest, position_id: int) -> HttpResponse:
    """A stop price, proposed and typed; sent at once since it can only reduce."""
    position = owned_position(request, position_id)
    protection = protection_of(position)
    if not protection.held:
        raise StaleStateError(f"There is no position in {position.symbol} any more.")
    if request.method == "POST":
        return _protect(request, protection)
    return _page(request, protection)


def _page(
    request: DeskRequest,
    protection: Protection,
    form: ProtectForm | None = None,
    *,
    assessment: Assessment | None = None,
) -> HttpResponse:
    position = protection.position
    tick = tick_of(position)
    levels = stop_levels(position, tick)
    form = form or _fresh_form(request, protection, levels)
    context: dict[str, Any] = {
        "position": position,
        "protection": protection,
        "form": form,
        "levels": levels,
        "tick": tick,
    }
    if assessment is not None:
        context |= verdicts.context_of(assessment)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "brokers/position_protect.html", context, status=status)


def _protect(request: DeskRequest, protection: Protection) -> HttpResponse:
    form = ProtectForm(request.POST)
    if not form.is_valid():
        return _page(request, protection, form)
    price = form.cleaned_data["stop_price"]
    stop = protection.movable
    if stop is None:
        return _add(request, protection, form)
    change = OrderChange(stop_price=price)
    if adds_risk(stop, change):
        # Further away than before: that is a change with a code, on its own page.
        amend = reverse("order_amend", args=[stop.pk])
        return HttpResponseRedirect(f"{amend}?{urlencode({'stop_price': price})}")
    move_stop(
        stop, price, user=request.user, actor=actor_of(request), clock=SYSTEM_CLOCK
    )
    messages.info(request, f"The stop moves to {formatting.price(price)}.")
    return HttpResponseRedirect(reverse("order", args=[stop.pk]))


def _add(
    request: DeskRequest, protection: Protection, form: ProtectForm
) -> HttpResponse:
    new = NewStop(
        intent_key=form.cleaned_data["intent_key"],
        price=form.cleaned_data["stop_price"],
        acknowledged=request.POST.getlist("acknowledged"),
    )
    assessment = judge_stop(protection, new, user=request.user, now=SYSTEM_CLOCK.now())
    if not _may_go(form, assessment, new):
        return _page(request, protection, form, assessment=assessment)
    command = place_stop(
        protection,
        new,
        user=request.user,
        actor=actor_of(request),
        clock=SYSTEM_CLOCK,
    )
    messages.info(request, f"A stop at {formatting.price(new.price)} is on its way.")
    return HttpResponseRedirect(reverse("order", args=[command.order_id]))


def _may_go(form: ProtectForm, assessment: Assessment, new: NewStop) -> bool:
    """Whether the checks let it go; says on the form what stands in the way."""
    for verdict in assessment.blocks:
        form.add_error("stop_price", verdict.message)
    for verdict in assessment.to_acknowledge:
        if verdict.code.value not in new.acknowledged:
            form.add_error(None, f"Please answer: {verdict.message}")
    return not form.errors


def _fresh_form(
    request: DeskRequest, protection: Protection, levels: Sequence[Level]
) -> ProtectForm:
    """The price that a link proposes, else the working stop's, else the first level."""
    stop = protection.movable
    proposed = stop.stop_price if stop else None
    if proposed is None and levels:
        proposed = levels[0].price
    asked = request.GET.get("stop_price", "")[:24]
    return ProtectForm(
        initial={
            "intent_key": uuid.uuid4(),
            "stop_price": asked or typed_price(proposed),
        }
    )
