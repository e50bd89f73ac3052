"""What the market has just done, for a ticket in a symbol that nobody waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.domain.reports import BarInterval
from brokers.models import Account, StoredBar
from brokers.models.watchlist import WatchlistItem
from brokers.orders.facts import MarketFacts
from journal.behaviour.signals.chasing import LOOK_BACK, SLACK, recent_move
from risk.facts import ChaseFacts


_INTRADAY = [
    BarInterval.MINUTE_1.value, BarInterval.MINUTE_5.value, BarInterval.MINUTE_15.value,
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Expecting:
    """What the trader had in mind: a playbook, and the entry of the ticket as drafted."""

    planned: bool = False
    planned_entry: Decimal | None = None


def chase_of(
    account: Account, market: MarketFacts, *, expecting: Expecting, now: datetime
) -> ChaseFacts:
    move = _move(market, account.connection.feed, now)
    sudden = bool(move and market.atr and abs(move) > market.atr)
    expected = expecting.planned or (sudden and _is_watched(account, market.symbol))
    return ChaseFacts(
        move=move, planned_entry=expecting.planned_entry, expected=expected
    )


def _move(market: MarketFacts, feed: str, now: datetime) -> Decimal | None:
    price = market.quote.quote.last if market.quote else None
    if price is None:
        return None
    then = now - LOOK_BACK
    bars = StoredBar.objects.filter(
        feed=feed,
        symbol=market.symbol,
        interval__in=_INTRADAY,
        start__gte=then - SLACK,
        start__lte=then,
    )
    closes = bars.order_by("start").values_list("start", "close")
    return recent_move(list(closes), price, now)


def _is_watched(account: Account, symbol: str) -> bool:
    mine = WatchlistItem.objects.filter(watchlist__owner=account.owner_id)
    return mine.filter(symbol=symbol).exists()
