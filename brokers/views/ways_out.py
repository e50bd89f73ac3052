"""Ways out of a position: close, protect, flatten. None of them needs a code."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from brokers import selectors
from brokers.forms import CloseForm, FlattenForm
from brokers.models import Order, Position
from brokers.orders.closing import close_position, flatten
from brokers.orders.facts import side_that_reduces
from brokers.orders.protecting import protection_of
from brokers.owned import owned_account, owned_position
from brokers.views.positions import positions_context
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError
from tradedesk.web import formatting


@require_POST
@trading_role_required
def position_close(request: DeskRequest, position_id: int) -> HttpResponse:
    """Close a share of a position at market, after asking once more.

    The button asks in place where scripts run (they send by htmx); without them the
    first press leads to a page that names the order and asks.
    """
    position = owned_position(request, position_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Close 25, 50 or 100 percent.", field="percent")
    percent = form.cleaned_data["percent"]
    if not request.htmx and request.POST.get("confirmed") != "yes":
        context = _close_context(position, percent)
        return render(request, "brokers/position_close.html", context)
    order = close_position(
        position.account_id,
        position.symbol,
        percent=percent,
        user=request.user,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    return _closing(request, order)


def _closing(request: DeskRequest, order: Order) -> HttpResponse:
    quantity = formatting.quantity(order.quantity)
    said = (
        f"{order.side.capitalize()} {quantity} {order.symbol} at market is on its way."
    )
    url = reverse("order", args=[order.pk])
    if not request.htmx:
        messages.info(request, said)
        return HttpResponseRedirect(url)
    context = positions_context(request)
    response = render(request, "brokers/positions.html#table", context)
    told = {"text": said, "level": "info", "url": url, "url_label": "Order"}
    return trigger_client_event(response, "desk:toast", told)


def _close_context(position: Position, percent: Decimal) -> dict[str, Any]:
    protection = protection_of(position)
    held = selectors.held_positions(position.owner, position.account)
    one = next((each for each in held if each.position.pk == position.pk), None)
    share = percent / 100
    return {
        "position": position,
        "percent": percent,
        "quantity": protection.held * share,
        "side": side_that_reduces(position.confirmed_quantity).value,
        "market_price": one.market_price if one else None,
        "realised": one.unrealised * share if one and one.unrealised else None,
        "open_r": one.open_r if one else None,
        "exits": [*protection.stops, *protection.targets],
    }


@require_http_methods(["GET", "POST"])
@trading_role_required
def positions_flatten(request: DeskRequest, account_id: int) -> HttpResponse:
    """List what would be closed; with the account's name typed, close all of it."""
    account = owned_account(request, account_id)
    form = FlattenForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        orders, failures = flatten(
            account, user=request.user, actor=actor_of(request), now=SYSTEM_CLOCK.now()
        )
        for failure in failures:
            messages.error(request, failure)
        if orders:
            count = len(orders)
            messages.info(
                request, f"{count} closing order{'s'[: count != 1]} on the way."
            )
        return HttpResponseRedirect(reverse("positions"))
    context = {
        "account": account,
        "form": form,
        "closings": [
            {
                "held": one,
                "side": side_that_reduces(one.position.confirmed_quantity).value,
                "quantity": abs(one.position.confirmed_quantity),
            }
            for one in selectors.held_positions(request.user, account)
        ],
        "working": selectors.working_orders(request.user, account),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "brokers/flatten.html", context, status=status)
