"""Saved views of the blotter: kept from its filters, opened from its menu."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from brokers.forms import SavedViewForm
from brokers.orders import saved_views
from brokers.owned import owned_saved_view
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@require_POST
def saved_view_create(request: DeskRequest) -> HttpResponse:
    """Keep the filters in view; the same name again replaces what it held."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError(
            "Give the view a name of at most 60 letters.", field="name"
        )
    given = form.cleaned_data
    view = saved_views.save(
        request.user, name=given["name"], query=given["query"], now=SYSTEM_CLOCK.now()
    )
    messages.success(request, f"Saved the view {view.name}.")
    return HttpResponseRedirect(f"{reverse('orders')}?{view.query}")


@require_POST
def saved_view_delete(request: DeskRequest, view_id: int) -> HttpResponse:
    view = owned_saved_view(request, view_id)
    saved_views.delete(view)
    messages.info(request, f"Deleted the view {view.name}.")
    return HttpResponseRedirect(reverse("orders"))
