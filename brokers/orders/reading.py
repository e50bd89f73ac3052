"""Reading an account at its broker: orders, fills, cash, positions; no row is written.

What is read reaches back further than the last complete reading, however long ago that
was, so no outage leaves a gap. A broker's lists are told by its own clock, so the window
is too: the two clocks may differ by any amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis

from brokers.domain.errors import NotFound
from brokers.domain.ports import Reader
from brokers.domain.reports import (
    AccountReport,
    CashReport,
    FillReport,
    OrderReport,
    PositionReport,
)
from brokers.models import Account, Order, Position
from tradedesk.web import valkey


# More orders than this that work here and are in no list are looked up by a list first.
ONE_BY_ONE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much further back than the last complete reading one goes, and how often.

    `cash` of its own: brokers write fees and dividends down days after the event.
    """

    name: str
    orders: timedelta
    cash: timedelta
    every: timedelta


# What a broker publishes late. Nobody promises how late that may be, and the furthest
# reach of an account that trades all day is a list of thousands, so it is rarer.
NEAR = Reach(
    name="near",
    orders=timedelta(minutes=1),
    cash=timedelta(minutes=10),
    every=timedelta(0),
)
MIDDLE = Reach(
    name="middle",
    orders=timedelta(minutes=10),
    cash=timedelta(minutes=10),
    every=timedelta(minutes=1),
)
FURTHEST = Reach(
    name="furthest",
    orders=timedelta(days=1),
    cash=timedelta(days=7),
    every=timedelta(hours=1),
)
REACHES = (FURTHEST, MIDDLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when on a broker is asked, by its own clock, and the reach that says so."""

    orders: datetime
    cash: datetime
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that one sync read, complete or not at all."""

    account: AccountReport
    orders: Sequence[OrderReport]
    fills: Sequence[FillReport]
    cash: Sequence[CashReport]
    positions: Sequence[PositionReport]
    window: Window


def read_account(reader: Reader, account: Account, started: datetime) -> Reading:
    """Raises BrokerError when any of it got no answer."""
    window = window_of(account, broker_now=reader.get_clock().now, now=started)
    fills = list(reader.list_fills(after=window.orders))
    orders = _orders(reader, account, window)
    orders += _strangers(reader, account, orders=orders, fills=fills)
    cash = reader.list_cash(after=window.cash)
    figures = reader.get_account()
    positions = reader.get_positions()
    if not positions and holds_something(account):
        # Not believed at once: perhaps what was held has just been sold.
        fills = list(reader.list_fills(after=window.orders))
        positions = reader.get_positions()
    return Reading(
        account=figures,
        orders=orders,
        fills=fills,
        cash=cash,
        positions=positions,
        window=window,
    )


def window_of(account: Account, *, broker_now: datetime, now: datetime) -> Window:
    """Never from before the book began: what was then is in its opening."""
    if account.opened_at is None:
        raise ValueError("An account is opened before it is read.")
    reach = _due_reach(account)
    synced_at = account.synced_at or now
    complete = min(synced_at + (broker_now - now), broker_now)
    return Window(
        orders=max(complete - reach.orders, account.opened_at),
        cash=complete - reach.cash,
        reach=reach,
    )


def _due_reach(account: Account) -> Reach:
    """The furthest that was not read lately. Where nobody remembers, the furthest of
    all is taken: it only costs time.
    """
    try:
        noted = valkey.client().mget([_key(account, reach) for reach in REACHES])
    except redis.RedisError:
        return FURTHEST
    due = (reach for reach, read in zip(REACHES, noted, strict=True) if read is None)
    return next(due, NEAR)


def note_reach(account: Account, reach: Reach) -> None:
    """It was read and booked, and with it whatever is nearer."""
    if reach is NEAR:
        return
    try:
        with valkey.client().pipeline() as pipe:
            for nearer in REACHES[REACHES.index(reach) :]:
                pipe.set(_key(account, nearer), "1", ex=nearer.every)
            pipe.execute()
    except redis.RedisError:
        return


def _key(account: Account, reach: Reach) -> str:
    return f"sync-reach:{account.pk}:{reach.name}"


def holds_something(account: Account) -> bool:
    return Position.objects.filter(account=account).exclude(quantity=0).exists()


def _orders(reader: Reader, account: Account, window: Window) -> list[OrderReport]:
    """What was placed in the window, and whatever works here, however old.

    A list may leave an order out and its absence proves nothing, so each one that is
    missing is asked for by its id.
    """
    found = {
        report.broker_order_id: report
        for report in reader.list_orders(open_only=False, after=window.orders)
    }
    missing = _working_ids(account) - found.keys()
    if len(missing) > ONE_BY_ONE:
        for report in reader.list_orders(open_only=True):
            found.setdefault(report.broker_order_id, report)
        missing -= found.keys()
    return [*found.values(), *_fetch(reader, sorted(missing))]


def _working_ids(account: Account) -> set[str]:
    ours = Order.objects.open().filter(account=account, parent=None)
    return set(
        ours.exclude(broker_order_id="").values_list("broker_order_id", flat=True)
    )


def _strangers(
    reader: Reader,
    account: Account,
    *,
    orders: Sequence[OrderReport],
    fills: Sequence[FillReport],
) -> list[OrderReport]:
    """The orders of fills that neither these lists nor the book know."""
    told = {one.broker_order_id for one in orders}
    told |= {leg.broker_order_id for one in orders for leg in one.legs}
    ids = {fill.broker_order_id for fill in fills} - told
    named = Order.objects.filter(
        account=account, references__broker_order_id__in=ids
    ).values_list("references__broker_order_id", flat=True)
    return _fetch(reader, sorted(ids - set(named)))


def _fetch(reader: Reader, broker_order_ids: Sequence[str]) -> list[OrderReport]:
    found = []
    for broker_order_id in broker_order_ids:
        try:
            found.append(reader.get_order(broker_order_id))
        except NotFound:
            continue  # proved absent; the order keeps its state for a person to see
    return found
