"""The broker's side: each question asked by itself, with its answer's instant or error.

Executions are read before holdings and cash, so that those are never older than they.
An answer with rows that nobody can read is no whole answer, and counts as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from brokers.domain.errors import BrokerError, NotFound
from brokers.domain.ports import Reader
from brokers.domain.reports import (
    AccountReport,
    CashReport,
    FillReport,
    OrderReport,
    PositionReport,
)
from brokers.models import Account, Order
from brokers.reconciliation.sources import Source
from brokers.sessions.reading import open_reader
from tradedesk.core.clock import Clock


# A broker whose own clock is this far behind ours answers from the past.
STALE_AFTER = timedelta(minutes=15)
# Asked so much further back than the stretch compared: clocks of stream and list may
# stamp one execution differently, and activities may be dated by the day alone.
EDGE = timedelta(minutes=1)
DATED = timedelta(days=3)
_UNREADABLE = "row.unreadable"
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was answered; a part that was not is None, with its words in `failures`.

    `as_of` is when the answer was complete, by our clock. `since` is how far back
    orders, executions and cash activities are compared.
    """

    since: datetime | None
    orders: Sequence[OrderReport] | None = None
    fills: Sequence[FillReport] | None = None
    positions: Sequence[PositionReport] | None = None
    account: AccountReport | None = None
    cash: Sequence[CashReport] | None = None
    as_of: dict[Source, datetime] = field(default_factory=dict)
    failures: dict[Source, str] = field(default_factory=dict)
    stale: dict[Source, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return not self.failures and not self.stale


def read(account: Account, since: datetime | None, clock: Clock) -> Reading:
    """Everything, or what of it the broker answers. Raises nothing of the broker's."""
    reading = Reading(since=since)
    try:
        reader = open_reader(account.connection)
    except BrokerError as error:
        reading.failures = dict.fromkeys(Source, error.message)
        return reading
    edge, dated = since and since - EDGE, since and since - DATED
    asking = _Asking(reader=reader, reading=reading, clock=clock)
    reading.orders = asking.ask(Source.ORDERS, lambda: _orders(reader, account, edge))
    reading.fills = asking.ask(Source.FILLS, lambda: reader.list_fills(after=edge))
    reading.cash = asking.ask(Source.CASH, lambda: reader.list_cash(after=dated))
    if reading.cash is not None:
        reading.account = asking.ask(Source.CASH, reader.get_account)
    reading.positions = asking.ask(Source.POSITIONS, reader.get_positions)
    _note_age(asking)
    return reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    reader: Reader
    reading: Reading
    clock: Clock

    def ask(self, source: Source, question: Callable[[], _T]) -> _T | None:
        unread = self.reader.unfamiliar.get(_UNREADABLE, 0)
        try:
            answer = question()
        except BrokerError as error:
            self._fail(source, error.message)
            return None
        left_out = self.reader.unfamiliar.get(_UNREADABLE, 0) - unread
        if left_out:
            self._fail(source, f"{left_out} rows of the answer cannot be read")
            return None
        self.reading.as_of[source] = self.clock.now()
        return answer

    def _fail(self, source: Source, words: str) -> None:
        self.reading.failures[source] = words or "no answer"
        self.reading.as_of.pop(source, None)


def _note_age(asking: _Asking) -> None:
    """An answer is as old as the clock of who gave it; one who tells no time is taken
    at our own.
    """
    try:
        told = asking.reader.get_clock().now
    except BrokerError:
        return
    behind = asking.clock.now() - told
    if behind <= STALE_AFTER:
        return
    minutes = int(behind.total_seconds() // 60)
    for source in list(asking.reading.as_of):
        words = f"as of {told.isoformat(timespec='seconds')}, {minutes} minutes old"
        asking.reading.stale[source] = words
        asking.reading.as_of[source] = told


def _orders(
    reader: Reader, account: Account, since: datetime | None
) -> list[OrderReport]:
    """The list, what works at the broker however old, and one by one what works here
    and stands in neither: a list may leave one out.
    """
    listed = list(reader.list_orders(open_only=False, after=since))
    known = set(_ids(listed))
    opened = reader.list_orders(open_only=True)
    listed += [one for one in opened if one.broker_order_id not in known]
    known.update(_ids(opened))
    ours = Order.objects.open().filter(account=account).exclude(broker_order_id="")
    for broker_order_id in ours.values_list("broker_order_id", flat=True):
        if broker_order_id not in known:
            listed += _one(reader, broker_order_id)
    return listed


def _ids(orders: Iterable[OrderReport]) -> Iterator[str]:
    return (one.broker_order_id for one in flat(orders))


def _one(reader: Reader, broker_order_id: str) -> list[OrderReport]:
    try:
        return [reader.get_order(broker_order_id)]
    except NotFound:
        return []


def flat(orders: Iterable[OrderReport]) -> Iterator[OrderReport]:
    """Orders and their attached exits, each a row of its own."""
    for one in orders:
        yield one
        yield from flat(one.legs)
