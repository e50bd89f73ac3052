"""The trader's own R-multiples for the sizing lab."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from journal.book.filtering import TradeFilter
from tradedesk.accounts.models import User


# The newest of them: a system that traded more often is not the one of years ago.
MOST_TRADES = 2000


def own_results(user: User, chosen: TradeFilter) -> Sequence[Decimal]:
    """Of closed trades that had an initial risk, newest first, net of costs."""
    closed = chosen.chosen(user).closed().exclude(r_multiple=None)
    newest = closed.order_by("-closed_at", "-pk")
    return list(newest.values_list("r_multiple", flat=True)[:MOST_TRADES])
