"""The ticket on its way to a draft."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from brokers import selectors
from brokers.models import Account
from brokers.orders.drafting import draft_order
from brokers.owned import owned_account
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.ticket import warnings
from tradedesk.desk.ticket.forms import TicketForm
from tradedesk.desk.ticket.panel import check_ready, panel_context, read_panel
from tradedesk.desk.ticket.planning import plan_papers, prices_of


@require_POST
@trading_role_required
def preview(request: DeskRequest, account_id: int) -> HttpResponse:
    """Consequences and guardrails of what is typed now; a warning shown is noted."""
    account = owned_account(request, account_id)
    panel = read_panel(
        account, TicketForm(request.POST), user=request.user, now=SYSTEM_CLOCK.now()
    )
    if panel.preview is not None:
        warnings.note(panel.preview)
    return render(request, "desk/ticket.html#outcome", panel_context(panel))


@require_POST
@trading_role_required
def submit(request: DeskRequest, account_id: int) -> HttpResponse:
    """Write the draft and go to its review; what is missing comes back as 422."""
    account = owned_account(request, account_id)
    now = SYSTEM_CLOCK.now()
    warnings.refreshed(account, now)
    panel = read_panel(account, TicketForm(request.POST), user=request.user, now=now)
    if panel.preview is not None:
        warnings.note(panel.preview)
    if panel.preview is None or not check_ready(panel):
        return _refused(request, account, panel_context(panel))
    made = panel.preview
    drafted = draft_order(
        account.pk,
        made.ticket,
        user=request.user,
        actor=actor_of(request),
        now=now,
        papers=[
            plan_papers(panel.planning, prices_of(made), user=request.user, now=now),
            *warnings.answer_papers(
                made, reason=panel.form.cleaned_data["nudge_reason"]
            ),
        ],
    )
    url = reverse("order_review", args=[drafted.order.pk])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _refused(
    request: DeskRequest, account: Account, context: dict[str, object]
) -> HttpResponse:
    template = "desk/ticket.html" if request.htmx else "desk/ticket_page.html"
    feed = account.connection.feed
    symbol = str(request.POST.get("symbol", "")).upper()[:32]
    instrument = selectors.instrument_of(feed, symbol)
    shown = context | {"instrument": instrument, "symbol": symbol}
    return render(request, template, shown, status=422)
