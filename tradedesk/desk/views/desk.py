"""The desk: watchlist, chart, ticket, positions and working orders on one page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.domain.reports import BarInterval
from brokers.market.instruments import find
from brokers.models import Account, Instrument, Watchlist
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk import charts
from tradedesk.desk.chosen import chosen_account, wishes_of
from tradedesk.desk.ticket.panel import fresh_panel, panel_context
from tradedesk.desk.ticket.preview import read


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk"))


@require_GET
def desk(request: DeskRequest) -> HttpResponse:
    """The whole page, or with `?part=` the one region that a page asks for again."""
    account = chosen_account(request, request.user)
    if account is None:
        return HttpResponseRedirect(reverse("welcome"))
    part = request.GET.get("part", "")
    if part and part not in PARTS:
        part = ""
    context = _context(request, account, part)
    template = f"desk/desk.html#{part}" if part else "desk/desk.html"
    return render(request, template, context)


@require_GET
def status(request: DeskRequest) -> HttpResponse:
    """The items of the status bar alone; everything in them is the shell's."""
    return render(request, "web/shell/status_items.html")


PARTS = ("watch", "chart", "book", "quote")


def _context(request: DeskRequest, account: Account, part: str) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    lists = selectors.watchlists_of(request.user)
    symbol, instrument = _symbol(request, account, lists)
    context: dict[str, Any] = {
        "account": account,
        "symbol": symbol,
        "interval": _interval(request).value,
        "intervals": charts.INTERVALS,
        "now": now,
        "instrument": instrument,
    }
    if part in {"", "watch"}:
        context |= _watch(request, account, lists)
    if part in {"", "book", "chart"}:
        context["positions"] = selectors.held_positions(request.user, account)
        context["working"] = selectors.working_orders(request.user, account)
    if part in {"", "chart", "quote"}:
        context |= _chart(request, account, context)
    if not part:
        wishes = wishes_of(request, request.user)
        held = context["positions"]
        seen = read(account, symbol, now, held=held, instrument=instrument)
        panel = fresh_panel(account, seen, user=request.user, wishes=wishes, now=now)
        context |= panel_context(panel)
    return context


def _symbol(
    request: DeskRequest, account: Account, lists: list[Watchlist]
) -> tuple[str, Instrument | None]:
    asked = request.GET.get("symbol", "").strip().upper()[:32]
    if asked:
        return _known(account, asked)
    first = next((item.symbol for one in lists for item in one.items.all()), "ACME")
    return first, selectors.instrument_of(account.connection.feed, first)


def _known(account: Account, asked: str) -> tuple[str, Instrument | None]:
    """The symbol itself, else the best match of the search that it was typed into."""
    feed = account.connection.feed
    known = selectors.instrument_of(feed, asked)
    if known is not None:
        return asked, known
    match = find(feed, asked, limit=1).first()
    return (match.symbol, match) if match else (asked, None)


def _interval(request: DeskRequest) -> BarInterval:
    asked = request.GET.get("interval", "1d")
    return BarInterval(asked) if asked in charts.INTERVALS else BarInterval.DAY_1


def _watch(
    request: DeskRequest, account: Account, lists: list[Watchlist]
) -> dict[str, Any]:
    chosen = request.GET.get("list", "")
    watchlist = next((one for one in lists if str(one.pk) == chosen), None)
    watchlist = watchlist or (lists[0] if lists else None)
    now = SYSTEM_CLOCK.now()
    feed = account.connection.feed
    return {
        "watchlists": lists,
        "watchlist": watchlist,
        "watched": selectors.watched(watchlist, feed, now) if watchlist else [],
    }


def _chart(
    request: DeskRequest, account: Account, context: dict[str, Any]
) -> dict[str, Any]:
    symbol = context["symbol"]
    held = next(
        (p for p in context.get("positions", []) if p.position.symbol == symbol), None
    )
    working = [o for o in context.get("working", []) if o.symbol == symbol]
    chart = charts.chart_of(
        charts.Charted(
            account=account, symbol=symbol, instrument=context["instrument"]
        ),
        _interval(request),
        held=held,
        working=working,
        now=context["now"],
    )
    return {"chart": chart, "held": held}
