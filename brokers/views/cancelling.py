"""Taking orders back: one at once, several after naming them. Never needs a code."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from brokers import selectors
from brokers.domain.orders import CommandStatus, OrderStatus
from brokers.market import quotes
from brokers.models import Order
from brokers.orders.answering import SHORTEST_REASON
from brokers.orders.cancel import request_cancel, request_cancels
from brokers.orders.facts import worst_notional
from brokers.orders.protecting import left_bare
from brokers.owned import owned_order
from brokers.views import phrases
from brokers.views.returning import back_or
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError


@require_POST
@trading_role_required
def order_cancel(request: DeskRequest, order_id: int) -> HttpResponse:
    """Ask for one order's end and go back to where it was asked.

    Asking twice asks once; an order that has ended meanwhile answers 409. A stop that
    leaves units bare asks why, and goes in any state of the desk.
    """
    order = owned_order(request, order_id)
    if order.state.is_terminal:
        status = order.get_status_display()
        raise StaleStateError(f"This order has ended already: {status}.")
    reason = request.POST.get("reason", "").strip()
    bare = left_bare(order) if order.reduces_risk else Decimal(0)
    if bare and len(reason) < SHORTEST_REASON:
        return _ask_why(request, order, bare)
    asked = request_cancel(
        order.pk, actor=actor_of(request), now=SYSTEM_CLOCK.now(), reason=reason
    )
    said = phrases.sentence(order)
    if asked is None:
        messages.success(request, f"{said}: ended before it was sent.")
    else:
        messages.info(request, f"{said}: the cancel is on its way.")
    return HttpResponseRedirect(back_or(request, reverse("order", args=[order.pk])))


def _ask_why(request: DeskRequest, order: Order, bare: Decimal) -> HttpResponse:
    """A stop that is taken off is answered for: the same button, with a reason."""
    context = {
        "order": order,
        "heading": f"Order {order.pk}",
        "sentence": phrases.sentence(order),
        "bare": bare,
        "reason": request.POST.get("reason", "")[:200],
        "asked": "reason" in request.POST,
        "least": SHORTEST_REASON,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "brokers/order_uncover.html", context, status=status)


SCOPES = {
    "all": "all working orders",
    "buys": "all buys",
    "sells": "all sells",
    "symbol": "all orders in one symbol",
    "selected": "the selected orders",
}


@require_http_methods(["GET", "POST"])
@trading_role_required
def orders_cancel(request: DeskRequest) -> HttpResponse:
    """Name what would be cancelled, then cancel exactly that."""
    if request.method == "GET":
        return render(request, "brokers/orders_cancel.html", _named(request))
    wanted = {int(text) for text in request.POST.getlist("order") if text.isdecimal()}
    mine = Order.objects.for_user(request.user).open().filter(pk__in=wanted)
    if request.POST.get("keep") == "exits":
        mine = mine.filter(reduces_risk=False)
    found = list(mine.values_list("pk", flat=True))
    if not found:
        raise StaleStateError("None of these orders works any more; nothing was sent.")
    request_cancels(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    count = len(found)
    messages.info(request, f"{count} cancel{'s'[: count != 1]} on the way.")
    return HttpResponseRedirect(reverse("orders"))


def _named(request: DeskRequest) -> dict[str, Any]:
    scope = request.GET.get("scope", "all")
    scope = scope if scope in SCOPES else "all"
    orders = _in_scope(selectors.working_orders(request.user), scope, request)
    exits = [order for order in orders if order.reduces_risk]
    return {
        "scope_words": _scope_words(scope, request),
        "orders": orders,
        "rows": [{"order": each, "terms": phrases.terms(each)} for each in orders],
        "exit_symbols": sorted({order.symbol for order in exits}),
        "symbols": sorted({order.symbol for order in orders}),
        "modes": sorted({order.account.mode for order in orders}),
        "money": _money(orders),
        "exits": exits,
        "entries_count": len(orders) - len(exits),
        "unsettled": [order for order in orders if _is_unsettled(order)],
    }


def _scope_words(scope: str, request: DeskRequest) -> str:
    if scope == "symbol":
        return f"all orders in {request.GET.get('symbol', '').upper()[:32]}"
    return SCOPES[scope]


def _in_scope(orders: Sequence[Order], scope: str, request: DeskRequest) -> list[Order]:
    match scope:
        case "buys" | "sells":
            return [order for order in orders if f"{order.side}s" == scope]
        case "symbol":
            symbol = request.GET.get("symbol", "").strip().upper()
            return [order for order in orders if order.symbol == symbol]
        case "selected":
            chosen = set(request.GET.getlist("order"))
            return [order for order in orders if str(order.pk) in chosen]
        case _:
            return list(orders)


def _money(orders: Sequence[Order]) -> Decimal:
    """What the rest of these orders could still use, at the worst price known."""
    total = Decimal(0)
    for order in orders:
        if order.reduces_risk:
            continue
        feed = order.account.connection.feed
        known = quotes.latest(feed, [order.symbol]).get(order.symbol)
        total += worst_notional(order, known.quote.ask if known else None) or 0
    return total


def _is_unsettled(order: Order) -> bool:
    """On its way to the broker: cancelled as soon as the answer is known."""
    in_flight = getattr(order, "in_flight", [])
    return order.state is OrderStatus.SUBMITTED and any(
        command.status == CommandStatus.SENT.value for command in in_flight
    )
