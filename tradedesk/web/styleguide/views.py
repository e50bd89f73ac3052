"""Two pages about the desk itself: its components, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from tradedesk.web.icons import ICONS
from tradedesk.web.styleguide import samples
from tradedesk.web.styleguide.credits import PARTS


if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component and state, with invented figures, themes side by side."""
    context = samples.context() | {"icons": sorted(ICONS)}
    return render(request, "web/styleguide/page.html", context)


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The parts of others that the desk is delivered with, and their licences."""
    return render(request, "web/about.html", {"parts": PARTS})
