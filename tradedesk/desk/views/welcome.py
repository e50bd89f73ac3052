"""First steps of a person without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brokers.owned import own_accounts
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.welcome import connect_practice


@require_GET
def welcome(request: DeskRequest) -> HttpResponse:
    """Three ways to begin; whoever has an account already sees it named."""
    accounts = own_accounts(request, request.user)
    return render(request, "desk/welcome.html", {"accounts": accounts})


@require_POST
@trading_role_required
def practice(request: DeskRequest) -> HttpResponse:
    """Connect the practice exchange and open the desk on it."""
    account = connect_practice(request.user, actor_of(request), SYSTEM_CLOCK)
    messages.success(
        request, "The practice exchange is connected. Its money is not real."
    )
    return HttpResponseRedirect(f"{reverse('desk')}?account={account.pk}")
