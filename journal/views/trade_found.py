"""From an order or a position to its trade."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from brokers.owned import owned_order, owned_position
from journal.book import reading
from journal.models import Trade
from journal.models.trade import TradeQuerySet
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK


@require_GET
def trade_of_order(request: DeskRequest, order_id: int) -> HttpResponse:
    """The newest trade that this order filled in: a turn around fills in two."""
    order = owned_order(request, order_id)
    mine = Trade.objects.for_user(request.user)
    return _found(request, mine.filter(fills__order=order.pk), order.symbol)


@require_GET
def trade_of_position(request: DeskRequest, position_id: int) -> HttpResponse:
    """The trade under way."""
    held = owned_position(request, position_id)
    mine = Trade.objects.for_user(request.user).open()
    return _found(
        request, mine.filter(account=held.account, symbol=held.symbol), held.symbol
    )


def _found(request: DeskRequest, trades: TradeQuerySet, symbol: str) -> HttpResponse:
    """Its page; while it is not built, the trades of the symbol."""
    reading.bring_up_to_date(request.user, clock=SYSTEM_CLOCK)
    newest = trades.order_by("-opened_at", "-pk").first()
    if newest is not None:
        return HttpResponseRedirect(reverse("trade", args=[newest.pk]))
    messages.info(request, f"No trade of {symbol} is built from this yet.")
    query = urlencode({"symbol": symbol})
    return HttpResponseRedirect(f"{reverse('journal')}?{query}")
