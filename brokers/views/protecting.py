"""Exits for what is held: added, moved closer, or put in the place of what works."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
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
from brokers.models import Position
from brokers.orders.amend import adds_risk
from brokers.orders.protecting import (
    NewExit,
    Protection,
    judge_exit,
    move_stop,
    place_exit,
    protection_of,
    replaces,
)
from brokers.orders.replacing import replace_exits
from brokers.owned import owned_position
from brokers.views import verdicts
from brokers.views.levels import Level, market_price, stop_levels, tick_of
from risk.facts import Assessment
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError
from tradedesk.web import formatting


@require_http_methods(["GET", "POST"])
@trading_role_required
def position_protect(request: DeskRequest, position_id: int) -> HttpResponse:
    """A stop with or without a target, or one that trails; it can only reduce."""
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
    asks: bool = False,
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
        "asks": asks,
    }
    if assessment is not None:
        context |= verdicts.context_of(assessment)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "brokers/position_protect.html", context, status=status)


def _protect(request: DeskRequest, protection: Protection) -> HttpResponse:
    form = ProtectForm(request.POST)
    if not form.is_valid():
        return _page(request, protection, form)
    new = _asked(request, form)
    stop = protection.movable
    if replaces(protection, new):
        return _replace(request, protection, form, new=new)
    if stop is None or new.price is None:
        return _add(request, protection, form, new=new)
    change = OrderChange(stop_price=new.price)
    if adds_risk(stop, change):
        # Further away than before: that is a change with a code, on its own page.
        amend = reverse("order_amend", args=[stop.pk])
        return HttpResponseRedirect(
            f"{amend}?{urlencode({'stop_price': str(new.price)})}"
        )
    move_stop(
        stop, new.price, user=request.user, actor=actor_of(request), clock=SYSTEM_CLOCK
    )
    messages.info(request, f"The stop moves to {formatting.price(new.price)}.")
    return HttpResponseRedirect(reverse("order", args=[stop.pk]))


def _asked(request: DeskRequest, form: ProtectForm) -> NewExit:
    typed, trails = form.cleaned_data, form.trails
    in_money = typed["trail_unit"] == "money"
    return NewExit(
        intent_key=typed["intent_key"],
        price=None if trails else typed["stop_price"],
        target=None if trails else typed["target_price"],
        trail_price=typed["trail"] if trails and in_money else None,
        trail_percent=typed["trail"] if trails and not in_money else None,
        acknowledged=request.POST.getlist("acknowledged"),
    )


def _add(
    request: DeskRequest, protection: Protection, form: ProtectForm, *, new: NewExit
) -> HttpResponse:
    assessment = judge_exit(protection, new, user=request.user, now=SYSTEM_CLOCK.now())
    if not _may_go(form, assessment, new):
        return _page(request, protection, form, assessment=assessment)
    command = place_exit(
        protection,
        new,
        user=request.user,
        actor=actor_of(request),
        clock=SYSTEM_CLOCK,
    )
    messages.info(request, f"{_words(new)} is on its way.")
    return HttpResponseRedirect(reverse("order", args=[command.order_id]))


def _replace(
    request: DeskRequest, protection: Protection, form: ProtectForm, *, new: NewExit
) -> HttpResponse:
    """In the place of what works, after saying what happens in between."""
    now = SYSTEM_CLOCK.now()
    assessment = judge_exit(protection, new, user=request.user, now=now)
    _refuse_wider(form, protection, new)
    asks = not form.errors and request.POST.get("replace") != "yes"
    if not _may_go(form, assessment, new) or asks:
        return _page(request, protection, form, assessment=assessment, asks=asks)
    command = replace_exits(
        protection, new, user=request.user, actor=actor_of(request), now=now
    )
    messages.info(request, f"{_words(new)} follows when the old exits are cancelled.")
    return HttpResponseRedirect(reverse("order", args=[command.order_id]))


def _refuse_wider(form: ProtectForm, protection: Protection, new: NewExit) -> None:
    """Further away lets more be lost: that is a change of the stop, with a code."""
    position = protection.position
    sign = 1 if position.confirmed_quantity > 0 else -1
    begins = _begins_at(position, new, sign)
    field = "stop_price" if new.price is not None else "trail"
    for stop in protection.stops:
        if stop.stop_price is None:
            continue
        if begins is None or (begins - stop.stop_price) * sign < 0:
            at = formatting.price(stop.stop_price)
            form.add_error(
                field,
                f"This is further away than the stop that works at {at}. Move that stop "
                "first, which asks for a code.",
            )


def _begins_at(position: Position, new: NewExit, sign: int) -> Decimal | None:
    """Where the new stop triggers at first; None while the market is not known."""
    market = market_price(position)
    if new.price is not None or market is None:
        return new.price
    away = new.trail_price or market * (new.trail_percent or Decimal(0)) / 100
    return market - sign * away


def _words(new: NewExit) -> str:
    if new.trail_percent is not None:
        return f"A stop that trails by {formatting.percent(new.trail_percent)}"
    if new.trail_price is not None:
        return f"A stop that trails by {formatting.price(new.trail_price)}"
    stop = f"A stop at {formatting.price(new.price)}"
    if new.target is None:
        return stop
    return f"{stop} with a target at {formatting.price(new.target)}"


def _may_go(form: ProtectForm, assessment: Assessment, new: NewExit) -> bool:
    """Whether the checks let it go; says on the form what stands in the way."""
    for verdict in assessment.blocks:
        form.add_error("trail" if form.trails else "stop_price", verdict.message)
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
            "kind": "stop",
            "trail_unit": "percent",
            "stop_price": asked or typed_price(proposed),
        }
    )
