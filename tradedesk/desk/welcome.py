"""From nothing to a first account: the practice exchange is connected in one click."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from django.db import transaction

from brokers.domain.errors import BrokerError
from brokers.domain.reports import BarInterval
from brokers.market import bars, quotes
from brokers.models import Account, Connection, Watchlist, WatchlistItem
from brokers.orders.sync import sync_account
from brokers.orders.turns import TurnTaken
from brokers.registry import BROKERS, practice_keys
from brokers.sessions.connecting import (
    NewConnection,
    connect,
    refresh_instruments,
    refresh_venue,
)
from brokers.sessions.reading import open_reader
from tradedesk import env
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.web.queue import hint


FIRST_SYMBOLS = (
    "ACME",
    "BRIO",
    "CRUX",
    "DUNE",
    "ELMS",
    "FERN",
    "GALE",
    "HAZE",
    "IRIS",
    "JADE",
    "KITE",
    "LARK",
)
# A reading of the exchange next door takes a tenth of a second.
READINGS = 3
FOR_OUR_TURN = timedelta(seconds=2)


def connect_practice(owner: User, actor: Actor, clock: Clock) -> Account:
    """The desk's own exchange as an account; asking twice gives the same one.

    Raises:
        TryLaterError: the exchange has not started yet.
    """
    known = Account.objects.for_user(owner).filter(connection__slug="practice").first()
    if known is not None:
        return known
    new = NewConnection(
        slug="practice",
        environment="practice",
        label=BROKERS["practice"].label,
        credentials=_keys_of(owner),
        endpoints={},
    )
    account = connect(new, owner=owner, actor=actor, clock=clock)
    first_watchlist(owner)
    # The background reads it again.
    with suppress(BrokerError):
        _read_first(account, clock)
    prepare(account.connection)
    return account


def _keys_of(owner: User) -> Mapping[str, str]:
    """Everybody practises on an account of their own: the first person with the
    exchange's own keys, whoever comes later with keys that are made from them.
    """
    first = {
        "key": env.required("PRACTICE_KEY"),
        "secret": env.required("PRACTICE_SECRET"),
    }
    others = Connection.objects.filter(slug="practice").exclude(owner=owner)
    return practice_keys(first, owner.pk) if others.exists() else first


def _read_first(account: Account, clock: Clock) -> None:
    """What the first ticket needs, before the page that shows it: the exchange is next
    door and answers in milliseconds, while an empty ticket is a bad first sight.
    """
    connection, now = account.connection, clock.now()
    feed, reader = connection.feed, open_reader(connection)
    refresh_instruments(connection, clock)
    refresh_venue(connection, clock)
    quotes.want(feed, FIRST_SYMBOLS, now)
    quotes.store(feed, reader.get_quotes(FIRST_SYMBOLS), clock.now())
    quotes.mark_feed_seen(feed, clock.now())
    daily = BarInterval.DAY_1
    since = now - bars.REACH[daily]
    first = FIRST_SYMBOLS[0]
    bars.store_bars(feed, daily, reader.get_bars(first, daily, since, now))
    _read_account(account, clock)


def _read_account(account: Account, clock: Clock) -> None:
    """Until its positions are known, since no ticket goes before that.

    The background may be reading it at this moment: then our turn comes after it. And
    a reading in which an order moved is incomplete.
    """
    for _ in range(READINGS):
        with suppress(TurnTaken):
            sync_account(account.pk, clock, patience=FOR_OUR_TURN)
        account.refresh_from_db(fields=["synced_at"])
        if account.synced_at is not None:
            return


@transaction.atomic
def first_watchlist(owner: User) -> Watchlist:
    watchlist, is_new = Watchlist.objects.get_or_create(owner=owner, name="Practice")
    if is_new:
        WatchlistItem.objects.bulk_create(
            WatchlistItem(watchlist=watchlist, symbol=symbol, place=place)
            for place, symbol in enumerate(FIRST_SYMBOLS)
        )
    return watchlist


def prepare(connection: Connection) -> None:
    """In the background: instruments, sessions, first sync, and the charts' bars."""
    hint("brokers.tasks.prepare_connection", connection.pk)
