"""What the shell of every page shows: account, mode, feed, market, trading state."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

import redis
from django.http import HttpRequest

from brokers.market import quotes
from brokers.market.sessions import SessionKind, venue_state
from brokers.models import Account, ConnectionState
from brokers.registry import broker_named
from risk.services import trading_state
from tradedesk.accounts import preferences
from tradedesk.accounts.middleware import is_verified
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.chosen import chosen_account, own_accounts, wishes_of
from tradedesk.notifications.selectors import unread_of
from tradedesk.web import display, formatting


STALE_AFTER_SECONDS = 15
SECTIONS = (
    "today", "desk", "orders", "positions", "journal", "analytics", "plan", "accounts",
    "reconciliation", "system", "settings", "styleguide",
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """The mapping `shell` of `templates/web/base.html`; each of its keys may miss."""
    user = getattr(request, "user", None)
    now = SYSTEM_CLOCK.now()
    if not isinstance(user, User) or not is_verified(user):
        return {"shell": {"now": now}}
    wishes = wishes_of(request, user)
    display.activate(zone=preferences.zone_name(wishes), hide_money=wishes.hide_money)
    account = chosen_account(request, user)
    return {
        "shell": {
            "html": preferences.html_attributes(wishes),
            "section": _section(request.path),
            "role": user.get_role_display(),
            "shortcuts_enabled": wishes.shortcuts_enabled,
            "hide_money": wishes.hide_money,
            "now": now,
            "zone": preferences.zone_name(wishes),
            # Asked for by the bell alone: fragments without it spare the query.
            "unread": cache(partial(unread_of, user)),
            "stale_after": STALE_AFTER_SECONDS,
            "accounts": [_labelled(one) for one in own_accounts(request, user)],
            **_account(user, account, now, hide_money=wishes.hide_money),
        }
    }


def _section(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[-1] in {"review", "confirm"}:
        return "desk"
    return parts[0] if parts[0] in SECTIONS else ""


def _account(
    user: User, account: Account | None, now: datetime, *, hide_money: bool
) -> dict[str, Any]:
    if account is None:
        return {"mode": ""}
    seen = _feed_seen_at(account)
    stale = seen is None or now - seen > timedelta(seconds=STALE_AFTER_SECONDS)
    state = trading_state(user_id=user.pk, account_id=account.pk)
    return {
        "account": _labelled(account),
        "mode": account.mode,
        "feed_at": seen,
        "feed_stale": stale,
        "broker": _broker(account),
        "market": _market(account, now),
        "trading_state": state.value,
        "gauges": _gauges(account, hide_money=hide_money),
    }


def _feed_seen_at(account: Account) -> datetime | None:
    """A store that is down leaves every page standing, with no quotes."""
    try:
        return quotes.feed_seen_at(account.connection.feed)
    except redis.RedisError:
        return None


def _gauges(account: Account, *, hide_money: bool) -> list[dict[str, Any]]:
    """The day's result, by the broker's own figures."""
    if account.equity is None or account.last_equity is None:
        return []
    day = account.equity - account.last_equity
    share = day / account.last_equity * 100 if account.last_equity else None
    percent = formatting.percent(share, signed=True)
    money = formatting.signed_money(day)
    value = percent if hide_money else f"{money} ({percent})"
    return [{"label": "Day", "value": value, "css": formatting.direction(day)}]


def _labelled(account: Account) -> dict[str, Any]:
    return {
        "id": account.pk,
        "name": account.name,
        "mode": account.mode,
        "broker_label": broker_named(account.connection.slug).label,
    }


_BROKER_STATES = {
    ConnectionState.CONNECTED: "up",
    ConnectionState.UNTESTED: "stale",
    ConnectionState.DISABLED: "stale",
}


def _broker(account: Account) -> dict[str, str]:
    connection = account.connection
    state = ConnectionState(connection.state)
    return {
        "state": _BROKER_STATES.get(state, "down"),
        "words": str(state.label).removeprefix("broker "),
    }


_MARKET_WORDS = {
    SessionKind.REGULAR: "Market open",
    SessionKind.EXTENDED: "Extended hours",
    SessionKind.CLOSED: "Market closed",
    SessionKind.UNKNOWN: "Market hours unknown",
}


def _market(account: Account, now: datetime) -> dict[str, Any]:
    state = venue_state(account.connection, now)
    is_open = state.kind is SessionKind.REGULAR
    changes = state.next_close if is_open else state.next_open
    words = {"words": _MARKET_WORDS[state.kind]}
    if changes is None or changes <= now:
        return words
    return {
        **words,
        "change_words": "closes in" if is_open else "opens in",
        "changes_at": changes,
        "changes_in": _span(changes - now),
    }


def _span(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
