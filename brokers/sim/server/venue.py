"""The running exchange: engine, record, time and those who listen, in one thread.

Every change goes through `act`: the engine acts in memory, the journal has the lines
before anybody can see the outcome, and the caller goes on when they are on the disk.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from brokers.sim.engine import Event, Exchange, JournalEntry
from brokers.sim.server.journal import ORDER_ACCEPTED, Journal, Record
from brokers.sim.server.market_time import MarketTime
from brokers.sim.server.watchlists import Watchlist, Watchlists


log = logging.getLogger("practice")
T = TypeVar("T")
CHANGE = "change"
WATCHLIST = "watchlist"
WATCHLIST_DELETED = "watchlist_deleted"
CANNOT_WRITE = 74  # EX_IOERR of sysexits.h


class Venue:
    """`accepted` are the ids of all orders that the journal has as accepted, `changes`
    how many it has since the last snapshot, `acts` how often `act` was called.
    """

    def __init__(
        self,
        exchange: Exchange,
        journal: Journal,
        *,
        time: MarketTime,
    ) -> None:
        self.exchange = exchange
        self.journal = journal
        self.time = time
        self.watchlists = Watchlists()
        self.listeners: set[Callable[[Event], None]] = set()
        self.accepted: set[str] = set()
        self.changes = 0
        self.acts = 0
        self._entries: list[JournalEntry] = []
        self._news: deque[Event] = deque()
        self._heard = exchange.last_event_sequence
        exchange.journal = self._entries.append

    def now(self) -> datetime:
        return max(self.time.now(), self.exchange.now)

    def open_account(self, key: str, cash: Decimal) -> str:
        """The id of a key's account, opened now unless it has one: then it is on the
        disk, so that no id that was told is ever lost.
        """
        account = self.exchange.open_account(key, self.now(), cash=cash)
        self._write_down()
        self.journal.sync_now()
        return account.id

    async def act(self, verb: Callable[[Exchange, datetime], T]) -> T:
        """Do something that changes the exchange; what it answers is on the disk."""
        self.acts += 1
        try:
            return verb(self.exchange, self.now())
        finally:
            self._write_down()
            await self.journal.synced()
            self._tell()

    def look(self) -> Exchange:
        """The exchange as of now, to be read from before anything else is awaited."""
        self.exchange.advance(self.now())
        self._write_down()
        self._tell()
        return self.exchange

    async def keep_watchlist(self, watchlist: Watchlist) -> Watchlist:
        data = {"watchlist": watchlist.to_json()}
        await self._keep(Record(kind=WATCHLIST, at=watchlist.updated_at, data=data))
        return watchlist

    async def drop_watchlist(self, watchlist_id: str) -> None:
        self.watchlists.delete(watchlist_id)
        data = {"id": watchlist_id}
        await self._keep(Record(kind=WATCHLIST_DELETED, at=self.now(), data=data))

    async def _keep(self, record: Record) -> None:
        self._append([record])
        await self.journal.synced()

    def _write_down(self) -> None:
        """Bring what the engine did into the journal, then let it be heard."""
        news = self.exchange.events_since(self._heard)
        self._heard = self.exchange.last_event_sequence
        entries, self._entries[:] = list(self._entries), []
        for entry in entries:
            records = [change_record(entry)]
            records += [
                record
                for record in accepted_records(entry)
                if self.first_seen(record.data["order_id"])
            ]
            self._append(records)
        self.changes += len(entries)
        self._news.extend(news)

    def first_seen(self, order_id: str) -> bool:
        """Whether the journal does not have it as accepted yet; from now on it has."""
        if order_id in self.accepted:
            return False
        self.accepted.add(order_id)
        return True

    def _append(self, records: list[Record]) -> None:
        try:
            self.journal.append(records)
        except OSError:
            # Memory is ahead of the record: whatever is answered now may be lost.
            log.critical("The journal cannot be written; the exchange stops.")
            os._exit(CANNOT_WRITE)

    def _tell(self) -> None:
        while self._news:
            event = self._news.popleft()
            for listener in tuple(self.listeners):
                listener(event)


def change_record(entry: JournalEntry) -> Record:
    return Record(kind=CHANGE, at=entry.at, data={"entry": entry.to_json()})


def accepted_records(entry: JournalEntry) -> Iterator[Record]:
    """One for each order that the change made or touched."""
    for row in entry.changes.get("orders", ()):
        data = {
            "order_id": row["id"],
            "client_order_id": row["client_order_id"],
            "account_id": row["account_id"],
            "symbol": row["symbol"],
            "side": row["side"],
            "parent": row["parent_id"] or "",
            "replaces": row["replaces"] or "",
        }
        yield Record(kind=ORDER_ACCEPTED, at=entry.at, data=data)
