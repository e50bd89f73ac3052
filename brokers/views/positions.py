"""What is held, unprotected first, with what the broker says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.market import bars, quotes
from brokers.models import Account, ConnectionState
from brokers.owned import own_accounts
from brokers.selectors import HeldPosition
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web import formatting


# A quote older than this is marked: it says what was, not what is.
STALE_AFTER = timedelta(seconds=15)
# Positions are read every minute; twice that without an answer is worth a word.
UNREAD_AFTER = timedelta(minutes=3)


@require_GET
def positions(request: DeskRequest) -> HttpResponse:
    """Every open position of every account; `?part=table` is the table alone."""
    part = request.GET.get("part") == "table"
    template = "brokers/positions.html#table" if part else "brokers/positions.html"
    return render(request, template, positions_context(request))


def positions_context(request: DeskRequest) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    accounts = own_accounts(request, request.user)
    rows = _rows(selectors.held_positions(request.user), now)
    held_in = {row.held.position.account_id for row in rows}
    return {
        "rows": rows,
        "bare_count": sum(not row.held.is_protected for row in rows),
        "total": _total(rows),
        "accounts": accounts,
        "silent": [account for account in accounts if is_silent(account, now)],
        "flattenable": [account for account in accounts if account.pk in held_in],
        "now": now,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """`day` is the change since the close before, or since the entry of today."""

    held: HeldPosition
    day: Decimal | None
    age: str
    is_stale: bool
    risk_r: Decimal | None

    @property
    def stop_r(self) -> Decimal | None:
        """Where the stop stands on the R scale of the entry."""
        position, unit = self.held.position, self.held.risk_per_unit
        stop, cost = self.held.stop_price, position.average_price
        if not unit or stop is None or cost is None:
            return None
        return (stop - cost) / unit * (1 if position.quantity > 0 else -1)


def _rows(held: Sequence[HeldPosition], now: datetime) -> list[PositionRow]:
    closes = _closes(held, now)
    return [
        PositionRow(
            held=one,
            day=_day(one, closes, now),
            age=formatting.age(_age(one, now)),
            is_stale=_age(one, now) > STALE_AFTER,
            risk_r=_risk_r(one),
        )
        for one in held
    ]


def _age(one: HeldPosition, now: datetime) -> timedelta:
    """Of the quote; without one it is older than anything."""
    return timedelta.max if one.quote is None else now - one.quote.quote.quoted_at


_Closes = dict[tuple[str, str], Decimal]


def _closes(held: Sequence[HeldPosition], now: datetime) -> _Closes:
    """The close before today of everything held; asks the streams for quotes too."""
    by_feed: dict[str, list[str]] = {}
    for one in held:
        position = one.position
        feed = position.account.connection.feed
        by_feed.setdefault(feed, []).append(position.symbol)
    found: _Closes = {}
    for feed, symbols in by_feed.items():
        quotes.want(feed, symbols, now)
        closes = bars.previous_closes(feed, symbols, now.date())
        found |= {(feed, symbol): close for symbol, close in closes.items()}
    return found


def _day(one: HeldPosition, closes: _Closes, now: datetime) -> Decimal | None:
    position = one.position
    if position.opened_at is not None and position.opened_at.date() == now.date():
        return one.unrealised
    close = closes.get((position.account.connection.feed, position.symbol))
    if close is None or one.market_price is None:
        return None
    return (one.market_price - close) * position.quantity


def _risk_r(one: HeldPosition) -> Decimal | None:
    if one.at_risk is None or not one.risk_per_unit or not one.position.quantity:
        return None
    return one.at_risk / (one.risk_per_unit * abs(one.position.quantity))


def _total(rows: Sequence[PositionRow]) -> dict[str, Decimal | None]:
    """Sums, None as soon as one part is not known: an unknown is not a zero."""
    return {
        "unrealised": _sum([row.held.unrealised for row in rows]),
        "day": _sum([row.day for row in rows]),
        "at_risk": _sum([row.held.at_risk for row in rows]),
    }


def _sum(parts: Sequence[Decimal | None]) -> Decimal | None:
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(parts) else None


def is_silent(account: Account, now: datetime) -> bool:
    """The broker has not told us of this account lately: what we show may be old."""
    if account.connection.state not in {
        ConnectionState.CONNECTED,
        ConnectionState.UNTESTED,
    }:
        return True
    return account.reported_at is None or now - account.reported_at > UNREAD_AFTER
