"""The demo year: made and removed by one button each."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from journal.demo import filling, removing
from journal.models import Trade
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import StaleStateError
from tradedesk.web.queue import hint


@require_http_methods(["GET", "POST"])
@trading_role_required
def demo(request: DeskRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, HTTPStatus.OK)
    try:
        if request.POST.get("do") == "remove":
            gone = removing.remove(
                request.user, actor=actor_of(request), clock=SYSTEM_CLOCK
            )
            messages.success(request, f"The demo year is gone: {gone:,} rows.")
        else:
            year = filling.begin(request.user, clock=SYSTEM_CLOCK)
            hint("journal.tasks.demo.fill_demo", year.pk)
    except StaleStateError as error:
        messages.warning(request, error.message)
        return _page(request, HTTPStatus.CONFLICT)
    return HttpResponseRedirect(reverse("demo"))


def _page(request: DeskRequest, status: HTTPStatus) -> HttpResponse:
    year = filling.current(request.user)
    trades = 0
    if year is not None and year.filled_at is not None:
        trades = Trade.objects.filter(account=year.account_id).count()
    context = {"tabs": tabs("journal", "demo"), "year": year, "trades": trades}
    return render(request, "journal/demo.html", context, status=status)
