"""Today: the first page of a trading day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.chosen import chosen_account
from tradedesk.desk.today.reading import today_context
from tradedesk.desk.today.risk import open_risk, trades_of_today


@require_GET
def today(request: DeskRequest) -> HttpResponse:
    """The whole page, or with `?part=risk` the column that lives on prices."""
    now = SYSTEM_CLOCK.now()
    account = chosen_account(request, request.user)
    if request.GET.get("part") == "risk" and account is not None:
        trades = trades_of_today(request.user, account, now)
        risk = open_risk(request.user, account, trades=trades, now=now)
        context = {"risk": risk, "now": now}
        return render(request, "desk/today/page.html#risk", context)
    context = today_context(request.user, account, now)
    return render(request, "desk/today/page.html", context)
