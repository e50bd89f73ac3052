"""Back from the review to the ticket, with everything that was typed."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.domain.orders import OrderStatus
from brokers.owned import owned_order
from tradedesk.accounts.http import DeskRequest, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.ticket.panel import draft_panel, panel_context


@require_GET
@trading_role_required
def edit(request: DeskRequest, order_id: int) -> HttpResponse:
    order = owned_order(request, order_id)
    if order.state is not OrderStatus.DRAFT:
        return HttpResponseRedirect(reverse("order", args=[order.pk]))
    if order.reverses is not None:
        return HttpResponseRedirect(reverse("reversal", args=[order.pk]))
    panel = draft_panel(order.account, order, user=request.user, now=SYSTEM_CLOCK.now())
    feed = order.account.connection.feed
    context = panel_context(panel) | {
        "symbol": order.symbol,
        "instrument": selectors.instrument_of(feed, order.symbol),
    }
    return render(request, "desk/ticket_page.html", context)
