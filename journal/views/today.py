"""What is said on the page of today; the page itself crosses domains (tradedesk.desk)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from journal.routine.days import exchange_day
from journal.routine.ratings import rate
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK


@require_POST
@trading_role_required
def self_rating(request: DeskRequest) -> HttpResponse:
    """How one feels this morning, from 1 to 8."""
    now = SYSTEM_CLOCK.now()
    text = request.POST.get("score", "")
    rate(
        request.user,
        exchange_day(now),
        score=int(text) if text.isdecimal() else 0,
        note=request.POST.get("note", ""),
        actor=actor_of(request),
        now=now,
    )
    return HttpResponseRedirect(f"{reverse('today')}#rating")
