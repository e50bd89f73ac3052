"""One's own rows for a request, or 404: that a stranger's row exists is not told.

A page about one account's row is about that account, whichever is chosen otherwise:
its mode is then the page's mode, in every cue.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from brokers import selectors
from brokers.models import (
    Account,
    Break,
    Order,
    Position,
    ReconciliationRun,
    SavedView,
    Watchlist,
)
from brokers.reconciliation.selectors import BreakLife, break_life, run_of
from tradedesk.accounts.http import DeskRequest
from tradedesk.accounts.models import User


def own_accounts(request: HttpRequest, user: User) -> Sequence[Account]:
    """All of one's own, read once a request: by its page, or by the page's frame."""
    known: Sequence[Account] | None = getattr(request, "_own_accounts", None)
    if known is None:
        known = selectors.accounts_of(user)
        request._own_accounts = known  # type: ignore[attr-defined]
    return known


def owned_account(request: DeskRequest, account_id: int) -> Account:
    try:
        account = selectors.account_of(request.user, account_id)
    except Account.DoesNotExist:
        raise Http404 from None
    request.account_in_view = account.pk
    return account


def owned_order(request: DeskRequest, order_id: int) -> Order:
    try:
        order = selectors.order_of(request.user, order_id)
    except Order.DoesNotExist:
        raise Http404 from None
    request.account_in_view = order.account_id
    return order


def owned_position(request: DeskRequest, position_id: int) -> Position:
    mine = Position.objects.for_user(request.user)
    found = get_object_or_404(
        mine.select_related("account__connection"), pk=position_id
    )
    request.account_in_view = found.account_id
    return found


def owned_watchlist(request: DeskRequest, watchlist_id: int) -> Watchlist:
    mine = Watchlist.objects.for_user(request.user).prefetch_related("items")
    return get_object_or_404(mine, pk=watchlist_id)


def owned_saved_view(request: DeskRequest, view_id: int) -> SavedView:
    return get_object_or_404(SavedView.objects.for_user(request.user), pk=view_id)


def seen_run(request: DeskRequest, run_id: int) -> ReconciliationRun:
    """One's own run, for the staff roles anybody's."""
    try:
        found = run_of(request.user, run_id)
    except ReconciliationRun.DoesNotExist:
        raise Http404 from None
    request.account_in_view = found.account_id
    return found


def seen_break(request: DeskRequest, break_id: int) -> BreakLife:
    """One's own break, for the staff roles anybody's."""
    try:
        life = break_life(request.user, break_id)
    except Break.DoesNotExist:
        raise Http404 from None
    request.account_in_view = life.broken.account_id
    return life
