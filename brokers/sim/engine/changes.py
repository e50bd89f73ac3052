"""A venue's state as JSON: what a verb changed, all of it, and back.

Books, the lists of waiting and open orders and the sums of holds follow from the
orders and are not written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from brokers.domain.orders import OrderType
from brokers.sim.engine import matching, offers
from brokers.sim.engine.accounts import Activity
from brokers.sim.engine.codec import decode, encode
from brokers.sim.engine.config import ExchangeConfig
from brokers.sim.engine.orders import SimStatus
from brokers.sim.engine.records import Account, Execution, Order, Position
from brokers.sim.engine.venue import Holder, Touched, Venue
from brokers.sim.market.overlay import as_row, from_row


_Changes = dict[str, Any]
_LedgerRow = tuple[datetime, int, str, int]


def is_dirty(touched: Touched) -> bool:
    """Whether anything changed that a restart could not find again by itself."""
    return bool(
        touched.orders
        or touched.accounts
        or touched.positions
        or touched.executions
        or touched.activities
        or touched.ledger
        or touched.market
    )


def collect(venue: Venue) -> _Changes:
    """What has changed since the last time, which is forgotten with this."""
    touched, venue.touched = venue.touched, Touched()
    trailed, venue.trailed = venue.trailed, {}
    found: _Changes = {"venue": _venue(venue)}
    orders = {**trailed, **touched.orders}
    _keep(found, "orders", [encode(order) for order in orders.values()])
    _keep(found, "accounts", [encode(one) for one in touched.accounts.values()])
    _keep(found, "positions", [_position(venue, *key) for key in touched.positions])
    _keep(found, "executions", _owned(touched.executions))
    _keep(found, "activities", _owned(touched.activities))
    _keep(found, "ledger", [[key, *_row(row)] for key, row in touched.ledger])
    if touched.market:
        found["market"] = _market(venue)
    return found


def _keep(found: _Changes, name: str, rows: list[Any]) -> None:
    if rows:
        found[name] = rows


def _owned(rows: Mapping[tuple[str, str], Any]) -> list[list[Any]]:
    return [[account_id, encode(row)] for (account_id, _), row in rows.items()]


def _venue(venue: Venue) -> _Changes:
    return {
        "now": venue.now.isoformat(),
        "ids": venue.ids,
        "priorities": venue.priorities,
        "events": venue.event_sequence,
    }


def _position(venue: Venue, account_id: str, symbol: str) -> list[Any]:
    position = venue.holders[account_id].positions.get(symbol)
    return [account_id, symbol, None if position is None else encode(position)]


def _row(row: _LedgerRow) -> list[Any]:
    return [row[0].isoformat(), *row[1:]]


def _market(venue: Venue) -> _Changes:
    pins = {
        symbol: [as_row(pin) for pin in rows]
        for symbol, rows in venue.market.pinned().items()
    }
    taken = {
        symbol: row for symbol, row in venue.taken.items() if row[0] == venue.second
    }
    return {"pins": pins, "halted": sorted(venue.market.halted), "taken": taken}


# Whole


def whole(venue: Venue) -> _Changes:
    """Everything, in the shape of one large change."""
    holders = venue.holders.values()
    return {
        "journal": venue.journal_sequence,
        "venue": _venue(venue),
        "accounts": [encode(holder.account) for holder in holders],
        "orders": [encode(one) for holder in holders for one in holder.orders.values()],
        "positions": [
            [holder.account.id, symbol, encode(position)]
            for holder in holders
            for symbol, position in sorted(holder.positions.items())
        ],
        "executions": _all(holders, "executions"),
        "activities": [
            [holder.account.id, encode(one)]
            for holder in holders
            for one in holder.activities
        ],
        "ledger": [
            [holder.account.id, *_row(row)]
            for holder in holders
            for row in holder.ledger
        ],
        "market": _market(venue),
    }


def _all(holders: Iterable[Holder], name: str) -> list[list[Any]]:
    return [
        [holder.account.id, encode(row)]
        for holder in holders
        for row in getattr(holder, name).values()
    ]


# Back


class Fold:
    """Collects changes, then builds the venue that they describe."""

    def __init__(self, config: ExchangeConfig) -> None:
        self._config = config
        self._journal = 0
        self._venue: Mapping[str, Any] = {}
        self._market: Mapping[str, Any] = {}
        self._accounts: dict[str, Account] = {}
        self._orders: dict[str, Order] = {}
        self._positions: dict[tuple[str, str], Any] = {}
        self._executions: dict[tuple[str, str], Execution] = {}
        self._activities: dict[tuple[str, str], Activity] = {}
        self._ledger: list[tuple[str, _LedgerRow]] = []

    def add(self, changes: Mapping[str, Any], sequence: int) -> None:
        if sequence <= self._journal:
            return
        self._journal = sequence
        self._venue = changes["venue"]
        self._market = changes.get("market", self._market)
        for row in changes.get("accounts", ()):
            account = decode(Account, row)
            self._accounts[account.id] = account
        for row in changes.get("orders", ()):
            order = decode(Order, row)
            self._orders[order.id] = order
        for owner, symbol, row in changes.get("positions", ()):
            self._positions[owner, symbol] = row
        self._add_history(changes)

    def _add_history(self, changes: Mapping[str, Any]) -> None:
        for owner, row in changes.get("executions", ()):
            execution = decode(Execution, row)
            self._executions[owner, execution.id] = execution
        for owner, row in changes.get("activities", ()):
            activity = decode(Activity, row)
            self._activities[owner, activity.id] = activity
        for owner, at, *rest in changes.get("ledger", ()):
            cash, symbol, moved = rest
            moment = datetime.fromisoformat(at)
            self._ledger.append((owner, (moment, cash, symbol, moved)))

    def build(self) -> Venue:
        if not self._venue:
            raise ValueError("There is neither a journal entry nor a snapshot.")
        venue = Venue(self._config, datetime.fromisoformat(self._venue["now"]))
        venue.journal_sequence = self._journal
        venue.ids = self._venue["ids"]
        venue.priorities = self._venue["priorities"]
        venue.event_sequence = self._venue["events"]
        self._fill_market(venue)
        self._fill_holders(venue)
        for order in self._orders.values():
            venue.holders[order.account_id].add_order(order)
        for order in sorted(self._orders.values(), key=lambda one: one.priority):
            _place(venue, order)
        return venue

    def _fill_market(self, venue: Venue) -> None:
        for symbol, rows in self._market.get("pins", {}).items():
            venue.market.set_pins(symbol, [from_row(row) for row in rows])
        venue.market.halted.update(self._market.get("halted", ()))
        for symbol, row in self._market.get("taken", {}).items():
            venue.taken[symbol] = list(row)

    def _fill_holders(self, venue: Venue) -> None:
        for account in self._accounts.values():
            venue.holders[account.id] = Holder(account)
            venue.keys[account.key_id] = account.id
        for (owner, symbol), row in self._positions.items():
            if row is not None:
                venue.holders[owner].positions[symbol] = decode(Position, row)
        for (owner, key), execution in self._executions.items():
            venue.holders[owner].executions[key] = execution
        for (owner, _), activity in self._activities.items():
            venue.holders[owner].put_activity(activity)
        for owner, ledger_row in self._ledger:
            venue.holders[owner].ledger.append(ledger_row)


def _place(venue: Venue, order: Order) -> None:
    """An open order is held, in the book, or waiting for its session."""
    if not order.status.is_open or order.status is SimStatus.HELD:
        return
    if order.status is SimStatus.ACCEPTED or not offers.eligible(order, venue.phase):
        venue.waiting[order.id] = order
    else:
        matching.settle_down(venue, order)
    if order.type is OrderType.TRAILING_STOP:
        venue.trailed[order.id] = order  # its mark may be newer than the last entry
