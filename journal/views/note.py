"""One note: read, archived, brought back, deleted for good."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from brokers.owned import owned_order
from journal.notes import deleting, reading, writing
from journal.owned import owned_note, owned_trade
from journal.plans.inheriting import carried_by
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK


@require_GET
def note(request: DeskRequest, note_id: int) -> HttpResponse:
    found = owned_note(request, note_id)
    links = reading.links_of(found)
    context = {
        "note": found,
        "body": reading.rendered(request.user, found.body),
        "trades": reading.trades_of(found, links),
        "orders": [link.order for link in links if link.order is not None],
    }
    return render(request, "journal/note.html", context)


@require_GET
def notes_of_order(request: DeskRequest, order_id: int) -> HttpResponse:
    """What was written about an order and what it carries, as a part of its page."""
    order = owned_order(request, order_id)
    context = {
        "notes": reading.of_order(request.user, order.pk),
        "query": f"order={order.pk}",
        "carries": carried_by(order),
    }
    return render(request, "journal/_trade_notes.html", context)


@require_GET
def notes_of_trade(request: DeskRequest, trade_id: int) -> HttpResponse:
    """What was written about a trade, as a part of its page."""
    trade = owned_trade(request, trade_id)
    context = {
        "notes": reading.of_trade(request.user, trade),
        "query": f"trade={trade.pk}",
    }
    return render(request, "journal/_trade_notes.html", context)


@require_POST
@trading_role_required
def note_archive(request: DeskRequest, note_id: int) -> HttpResponse:
    """Out of the lists at once, with a way back on the page that follows."""
    found = owned_note(request, note_id)
    writing.archive(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    return HttpResponseRedirect(f"{reverse('notes')}?archived={found.pk}")


@require_http_methods(["GET", "POST"])
@trading_role_required
def note_delete(request: DeskRequest, note_id: int) -> HttpResponse:
    """For good, on a page that names what goes."""
    found = owned_note(request, note_id)
    if request.method == "GET":
        context = {"note": found, "goes": deleting.what_goes(found)}
        return render(request, "journal/note_delete.html", context)
    deleting.delete(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, "The note is deleted for good.")
    return HttpResponseRedirect(reverse("notes"))


@require_POST
@trading_role_required
def note_restore(request: DeskRequest, note_id: int) -> HttpResponse:
    found = owned_note(request, note_id)
    writing.restore(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"“{found.heading}” is back.")
    return HttpResponseRedirect(reverse("note", args=[found.pk]))
