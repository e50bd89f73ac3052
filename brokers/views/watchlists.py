"""Watchlists: several, named, in one's own order."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brokers import selectors
from brokers.forms import SymbolForm, WatchlistForm
from brokers.market import watchlists as lists
from brokers.models import Instrument, Watchlist
from brokers.owned import owned_watchlist
from brokers.views.symbols import feeds_of, found_symbols
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@require_GET
def watchlists(request: DeskRequest) -> HttpResponse:
    """All lists as tabs, one of them open with its symbols and the search."""
    return _page(request, request.GET.get("list", ""))


def _page(
    request: DeskRequest, chosen: str, *, error: InvalidInputError | None = None
) -> HttpResponse:
    mine = selectors.watchlists_of(request.user)
    current = next((one for one in mine if str(one.pk) == chosen), None)
    current = current or (mine[0] if mine else None)
    feeds = feeds_of(request.user)
    asked = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "lists": mine,
        "current": current,
        "rows": _rows(current, feeds),
        "q": asked,
        "found": found_symbols(feeds, asked) if asked else [],
        "error": error,
    }
    status = error.status if error else HTTPStatus.OK
    return render(request, "brokers/watchlists.html", context, status=status)


def _rows(current: Watchlist | None, feeds: list[str]) -> list[dict[str, Any]]:
    """The symbols with the names that the brokers give them; unknown ones too."""
    if current is None:
        return []
    items = list(current.items.all())
    symbols = [item.symbol for item in items]
    known = Instrument.objects.filter(feed__in=feeds, symbol__in=symbols)
    named = {row.symbol: row for row in known}
    return [{"item": item, "instrument": named.get(item.symbol)} for item in items]


@require_POST
@trading_role_required
def watchlist_create(request: DeskRequest) -> HttpResponse:
    name = _name(request)
    try:
        made = lists.create(
            request.user, name, actor=actor_of(request), now=SYSTEM_CLOCK.now()
        )
    except InvalidInputError as error:
        return _page(request, "", error=error)
    return _to(made)


@require_POST
@trading_role_required
def watchlist_rename(request: DeskRequest, watchlist_id: int) -> HttpResponse:
    watchlist = owned_watchlist(request, watchlist_id)
    name = _name(request)
    try:
        lists.rename(watchlist, name, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    except InvalidInputError as error:
        return _page(request, str(watchlist_id), error=error)
    return _to(watchlist)


@require_POST
@trading_role_required
def watchlist_delete(request: DeskRequest, watchlist_id: int) -> HttpResponse:
    watchlist = owned_watchlist(request, watchlist_id)
    lists.delete(watchlist, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"The list {watchlist.name} is gone.")
    return HttpResponseRedirect(reverse("watchlists"))


@require_POST
@trading_role_required
def watchlist_add(request: DeskRequest, watchlist_id: int) -> HttpResponse:
    watchlist = owned_watchlist(request, watchlist_id)
    symbol = _symbol(request)
    known = Instrument.objects.filter(feed__in=feeds_of(request.user), symbol=symbol)
    if not known.exists():
        message = f"No broker of yours lists {symbol}. Search for it by name."
        return _page(
            request, str(watchlist_id), error=InvalidInputError(message, field="symbol")
        )
    try:
        lists.add(watchlist, symbol, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    except InvalidInputError as error:
        return _page(request, str(watchlist_id), error=error)
    return _to(watchlist)


@require_POST
@trading_role_required
def watchlist_remove(request: DeskRequest, watchlist_id: int) -> HttpResponse:
    watchlist = owned_watchlist(request, watchlist_id)
    symbol = _symbol(request)
    lists.remove(watchlist, symbol, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"{symbol} is off the list.")
    return _to(watchlist)


@require_POST
@trading_role_required
def watchlist_move(request: DeskRequest, watchlist_id: int) -> HttpResponse:
    watchlist = owned_watchlist(request, watchlist_id)
    steps = {"up": -1, "down": 1}.get(request.POST.get("direction", ""))
    if steps is None:
        raise InvalidInputError("Move it up or down.", field="direction")
    lists.move(watchlist, _symbol(request), steps=steps)
    return _to(watchlist)


def _to(watchlist: Watchlist) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('watchlists')}?list={watchlist.pk}")


def _name(request: DeskRequest) -> str:
    return _cleaned(WatchlistForm(request.POST), "name")


def _symbol(request: DeskRequest) -> str:
    return _cleaned(SymbolForm(request.POST), "symbol")


def _cleaned(form: forms.Form, field: str) -> str:
    if not form.is_valid():
        raise InvalidInputError(" ".join(map(str, form.errors[field])), field=field)
    return str(form.cleaned_data[field])
