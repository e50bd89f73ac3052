"""Filters of the blotter kept under a name; a preference, so not audited."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from brokers.models import SavedView
from tradedesk.accounts.models import User
from tradedesk.core.errors import InvalidInputError


MOST = 30
# What belongs to a place in the list and not to what is looked for.
_PLACES = frozenset({"after", "part"})


def save(user: User, *, name: str, query: str, now: datetime) -> SavedView:
    """Keep these filters; the same name again takes their place.

    Raises:
        InvalidInputError: there are too many already.
    """
    mine = SavedView.objects.for_user(user)
    if mine.count() >= MOST and not mine.filter(name=name).exists():
        raise InvalidInputError(
            f"You have {MOST} saved views. Delete one, then save this one.",
            field="name",
        )
    view, _ = SavedView.objects.update_or_create(
        owner=user,
        name=name,
        defaults={"query": _filters_of(query)},
        create_defaults={"query": _filters_of(query), "created_at": now},
    )
    return view


def delete(view: SavedView) -> None:
    view.delete()


def _filters_of(query: str) -> str:
    pairs = [pair for pair in parse_qsl(query) if pair[0] not in _PLACES]
    return urlencode(pairs)
