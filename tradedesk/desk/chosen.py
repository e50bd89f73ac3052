"""Which account a page is about: its own, the one asked for, the preferred, the first."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from brokers import owned
from brokers.models import Account
from tradedesk.accounts import preferences
from tradedesk.accounts.models import Preferences, User


SESSION_KEY = "account_id"


def wishes_of(request: HttpRequest, user: User) -> Preferences:
    """The person's preferences, read once a request."""
    return preferences.for_request(request, user)


def own_accounts(request: HttpRequest, user: User) -> Sequence[Account]:
    """The person's accounts that can trade."""
    mine = owned.own_accounts(request, user)
    return [one for one in mine if not one.connection.is_by_statement]


def chosen_account(request: HttpRequest, user: User) -> Account | None:
    """The account in view; None while the person has none.

    `?account=ID` chooses for the rest of the session; an id that is not one's own is
    as if it had not been given.
    """
    mine = own_accounts(request, user)
    if not mine:
        return None
    by_id = {account.pk: account for account in mine}
    asked = _number(request.GET.get("account", ""))
    if asked in by_id:
        request.session[SESSION_KEY] = asked
    wished = (
        getattr(request, "account_in_view", None),
        asked,
        request.session.get(SESSION_KEY),
        wishes_of(request, user).default_account_id,
    )
    return next((by_id[pk] for pk in wished if pk in by_id), mine[0])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0
