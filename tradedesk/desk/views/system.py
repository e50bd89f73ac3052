"""The System page: how the desk and the ways to its brokers fare."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.system.board import board


@never_cache
@require_GET
def system(request: DeskRequest) -> HttpResponse:
    """All of it for owners, operators and compliance, else one's own; `?part=board`."""
    found = board(request.user, SYSTEM_CLOCK)
    part = request.GET.get("part") == "board"
    template = "desk/system/board.html" if part else "desk/system/page.html"
    return render(request, template, {"board": found, "now": found.now})
