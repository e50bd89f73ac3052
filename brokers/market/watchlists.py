"""Changing watchlists: named lists of symbols in the order that a trader likes."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from brokers.models import Watchlist, WatchlistItem
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


# The free feeds stream a few dozen symbols at once; longer lists only look complete.
MOST_SYMBOLS = 200
MOST_LISTS = 50


def create(owner: User, name: str, *, actor: Actor, now: datetime) -> Watchlist:
    """A new, empty list at the end.

    Raises:
        InvalidInputError: the name is taken, or there are too many lists.
    """
    mine = Watchlist.objects.for_user(owner)
    if mine.count() >= MOST_LISTS:
        raise InvalidInputError(f"{MOST_LISTS} lists are the most.", field="name")
    last = mine.aggregate(place=Max("place"))["place"]
    try:
        with transaction.atomic():
            made = Watchlist.objects.create(
                owner=owner, name=name, place=0 if last is None else last + 1
            )
            _log(made, "created", detail=name, actor=actor, now=now)
    except IntegrityError:
        raise _taken(name) from None
    return made


def rename(watchlist: Watchlist, name: str, *, actor: Actor, now: datetime) -> None:
    """Raises InvalidInputError: the name is taken."""
    watchlist.name = name
    try:
        with transaction.atomic():
            watchlist.save(update_fields=["name"])
            _log(watchlist, "renamed", detail=name, actor=actor, now=now)
    except IntegrityError:
        raise _taken(name) from None


def _taken(name: str) -> InvalidInputError:
    return InvalidInputError(f"There is a list called {name} already.", field="name")


@transaction.atomic
def delete(watchlist: Watchlist, *, actor: Actor, now: datetime) -> None:
    """The list goes with its symbols; what was traded from it stays."""
    symbols = [item.symbol for item in watchlist.items.all()]
    pk, name = watchlist.pk, watchlist.name
    watchlist.delete()
    watchlist.pk = pk
    detail = f"{name}: {', '.join(symbols)}"
    _log(watchlist, "deleted", detail=detail, actor=actor, now=now)


@transaction.atomic
def add(watchlist: Watchlist, symbol: str, *, actor: Actor, now: datetime) -> bool:
    """At the end of the list. False when it stands there already.

    Raises:
        InvalidInputError: the list is full.
    """
    _lock(watchlist)
    items = watchlist.items.all()
    if any(item.symbol == symbol for item in items):
        return False
    if len(items) >= MOST_SYMBOLS:
        raise InvalidInputError(
            f"{MOST_SYMBOLS} symbols are the most for one list.", field="symbol"
        )
    place = max((item.place for item in items), default=-1) + 1
    WatchlistItem.objects.create(watchlist=watchlist, symbol=symbol, place=place)
    _log(watchlist, "added", detail=symbol, actor=actor, now=now)
    return True


@transaction.atomic
def remove(watchlist: Watchlist, symbol: str, *, actor: Actor, now: datetime) -> None:
    """Removing what is not there does nothing."""
    deleted, _ = watchlist.items.filter(symbol=symbol).delete()
    if deleted:
        _log(watchlist, "removed", detail=symbol, actor=actor, now=now)


@transaction.atomic
def move(watchlist: Watchlist, symbol: str, *, steps: int) -> None:
    """By this many places, down when positive; at an end nothing happens.

    An order of a list is a matter of taste and is not audited.
    """
    _lock(watchlist)
    items = list(watchlist.items.order_by("place", "pk"))
    index = next((i for i, item in enumerate(items) if item.symbol == symbol), None)
    if index is None:
        return
    item = items.pop(index)
    items.insert(min(max(index + steps, 0), len(items)), item)
    for place, each in enumerate(items):
        each.place = place
    WatchlistItem.objects.bulk_update(items, ["place"])


def _lock(watchlist: Watchlist) -> None:
    """Two windows that change one list do it one after the other."""
    Watchlist.objects.select_for_update(no_key=True).get(pk=watchlist.pk)


def _log(
    watchlist: Watchlist, verb: str, *, detail: str, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.WATCHLIST_CHANGED,
        actor=actor,
        subject="watchlist",
        subject_id=watchlist.pk,
        payload={"verb": verb, "detail": detail},
        now=now,
    )
