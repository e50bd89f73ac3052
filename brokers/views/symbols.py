"""The symbol search: what the connected brokers list."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.market.instruments import find
from brokers.models import Instrument
from tradedesk.accounts.http import DeskRequest
from tradedesk.accounts.models import User


MOST = 12


@require_GET
def symbols(request: DeskRequest) -> HttpResponse:
    """Matches of `?q=`: a list of choices as HTML, or JSON where that is asked for.

    With `?list=` each choice can be added to that watchlist.
    """
    asked = request.GET.get("q", "").strip()[:40]
    found = found_symbols(feeds_of(request.user), asked) if asked else []
    if request.GET.get("format") == "json" or not request.accepts("text/html"):
        return JsonResponse({"symbols": [_plain(one) for one in found]})
    chosen = request.GET.get("list", "")
    context = {
        "found": found,
        "q": asked,
        "current_id": int(chosen) if chosen.isdecimal() else None,
    }
    return render(request, "brokers/symbols.html", context)


def feeds_of(user: User) -> list[str]:
    return sorted({one.connection.feed for one in selectors.accounts_of(user)})


def found_symbols(feeds: Sequence[str], text: str) -> list[Instrument]:
    """Exact symbols first, each once even where several brokers list it."""
    found = {row.symbol: row for feed in feeds for row in find(feed, text, MOST)}
    exact = text.upper()
    ordered = sorted(found.values(), key=lambda row: (row.symbol != exact, row.symbol))
    return ordered[:MOST]


def _plain(instrument: Instrument) -> dict[str, str]:
    return {
        "symbol": instrument.symbol,
        "name": instrument.name,
        "exchange": instrument.exchange,
    }
