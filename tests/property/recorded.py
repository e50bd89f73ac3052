"""A recorded run of chaos, told to the desk again in any order.

`recordings/chaos.jsonl.gz` is what the desk was told of two accounts in a run with kills
and faults; docs/chaos.md has the command that makes it. `tests.chaos.recording` says
what is in it. News of one symbol never meets that of another, so a book may be made of
one symbol alone.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from brokers.domain.orders import OrderStatus
from brokers.domain.reports import CashReport, FillKind, FillReport, OrderReport
from brokers.models import (
    Account,
    BrokerReference,
    Command,
    Connection,
    Fill,
    LedgerEntry,
    Order,
    Position,
)
from brokers.orders import known, ledger
from brokers.orders.ingest import News, ingest
from tests.chaos.codec import decode
from tradedesk.accounts.models import Role, User
from tradedesk.core.actor import system


RECORDING = Path(__file__).with_name("recordings") / "chaos.jsonl.gz"
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
ACTOR = system("replay")
FAMILIES_PER_CHUNK = 6
INSTANTS = ("created_at", "submitted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of news as the desk got it."""

    told_by: str
    orders: tuple[OrderReport, ...] = ()
    fills: tuple[FillReport, ...] = ()


@dataclass(slots=True)
class Story:
    """All that concerns some orders of one symbol and account. `end` is the exchange's
    last word, `sent` the changes asked for: their client id and that of the order.
    """

    placed: list[dict[str, Any]] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    heard: list[Told] = field(default_factory=list)
    end: list[Told] = field(default_factory=list)


Chunk = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """`cash` are each account's activities in the end."""

    stories: Mapping[Chunk, Story]
    cash: Mapping[str, Sequence[CashReport]]

    def of(self, key: str) -> list[Story]:
        """Everything of one account."""
        return [story for chunk, story in self.stories.items() if chunk[0] == key]


@cache
def recording() -> Recording:
    """The run that is kept, or the one that TRADEDESK_RECORDING names."""
    path = Path(os.environ.get("TRADEDESK_RECORDING", RECORDING))
    with gzip.open(path, "rt") as raw:
        lines = [json.loads(line) for line in raw]
    families = Families(lines)
    stories: defaultdict[Chunk, Story] = defaultdict(Story)
    cash: dict[str, list[CashReport]] = {}
    for line in lines:
        if line.get("told_by") == "end":
            cash[line["key"]] = [decode(CashReport, one) for one in line["cash"]]
        if "told_by" in line:
            _hear(stories, families, line)
    for line in lines:
        if "told_by" not in line:
            _place(stories, families, line)
    return Recording(stories=dict(stories), cash=cash)


class Families:
    """Which orders are told of together: versions, attached exits, changes asked for.

    Each report names some of its relatives; whoever shares a name is of one family.
    """

    def __init__(self, lines: Sequence[Mapping[str, Any]]) -> None:
        self._parents: dict[str, str] = {}
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)
        for line in lines:
            if "sent" in line:
                self._join(line["sent"][1:])
            for report in line.get("orders", ()):
                self._join(_names(report))

    def _join(self, names: Iterable[str]) -> None:
        first, *others = [self._root(name) for name in names if name]
        for other in others:
            self._parents[other] = first

    def _root(self, name: str) -> str:
        while self._parents.get(name, name) != name:
            name = self._parents[name]
        return name

    def chunk(self, key: str, symbol: str, name: str) -> Chunk:
        """Some families of a symbol, in the order in which they are first asked for."""
        numbers = self._numbers[f"{key} {symbol}"]
        number = numbers.setdefault(self._root(name), len(numbers))
        return key, symbol, number // FAMILIES_PER_CHUNK


def _names(report: Mapping[str, Any]) -> list[str]:
    own = ("broker_order_id", "client_order_id", "replaces", "replaced_by")
    legs = (name for leg in report.get("legs", ()) for name in _names(leg))
    return [*(report.get(name, "") for name in own), *legs]


def _hear(
    stories: defaultdict[Chunk, Story], families: Families, line: Mapping[str, Any]
) -> None:
    """Reports of one line that concern one family came together and stay together."""
    is_end = line["told_by"] == "end"
    together: defaultdict[Chunk, list[Any]] = defaultdict(list)
    for name, kind in (("orders", OrderReport), ("fills", FillReport)):
        for raw in line.get(name, ()):
            chunk = families.chunk(line["key"], raw["symbol"], raw["broker_order_id"])
            together[chunk].append(decode(kind, raw))
    for chunk, reports in together.items():
        told = Told(
            told_by="poll" if is_end else line["told_by"],
            orders=tuple(one for one in reports if isinstance(one, OrderReport)),
            fills=tuple(one for one in reports if isinstance(one, FillReport)),
        )
        story = stories[chunk]
        (story.end if is_end else story.heard).append(told)


def _place(
    stories: defaultdict[Chunk, Story], families: Families, line: Mapping[str, Any]
) -> None:
    """An order that never left is told of by nobody; it is left out."""
    key = line["key"]
    if "placed" in line:
        row = line["placed"]
        chunk = families.chunk(key, row["symbol"], row["client_order_id"])
        if chunk in stories:
            stories[chunk].placed.append(row)
        return
    _, mine, order = line["sent"]
    for chunk, story in stories.items():
        if chunk[0] == key and any(
            row["client_order_id"] == order for row in story.placed
        ):
            story.sent.append((mine, order))


def account_of(key: str) -> Account:
    """A fresh account whose book began before everything."""
    owner = User.objects.create(email=f"{key}@desk.test", role=Role.TRADER, name=key)
    connection = Connection.objects.create(
        owner=owner, slug="practice", environment="practice", credentials="{}"
    )
    long_ago = NOW - timedelta(days=3650)
    return Account.objects.create(
        owner=owner,
        connection=connection,
        broker_account_id=key,
        mode="practice",
        opened_at=long_ago,
    )


def place(account: Account, stories: Iterable[Story]) -> None:
    """What the desk had written before any news came."""
    for story in stories:
        made = {}
        for row in story.placed:
            terms = {
                name: datetime.fromisoformat(value) if name in INSTANTS else value
                for name, value in row.items()
            }
            made[row["client_order_id"]] = Order.objects.create(
                owner=account.owner,
                account=account,
                status=OrderStatus.SUBMITTED.value,
                **terms,
            )
        for client_order_id, order in story.sent:
            Command.objects.create(
                order=made[order],
                account=account,
                kind="amend",
                status="sent",
                client_order_id=client_order_id,
                approved_at=NOW,
                due_at=NOW,
            )


def tell(account: Account, news: Iterable[Told]) -> None:
    for told in news:
        ingest(
            account.pk,
            News(told_by=told.told_by, orders=told.orders, fills=told.fills),
            NOW,
        )


def tell_in_lots(account: Account, news: Sequence[Told], *, size: int) -> None:
    """As polls bring it: what changes nothing is left out before the door."""
    for start in range(0, len(news), size):
        _poll(account, news[start : start + size])


def tell_in_the_end(account: Account, stories: Iterable[Story]) -> None:
    """A poll that lists everything."""
    _poll(account, [told for story in stories for told in story.end])


def _poll(account: Account, news: Sequence[Told]) -> None:
    fresh = known.unread(
        account,
        orders=[one for told in news for one in told.orders],
        fills=[one for told in news for one in told.fills],
    )
    ingest(account.pk, fresh, NOW)


def tell_cash(account: Account, reports: Sequence[CashReport]) -> None:
    ledger.book_cash(account, reports, actor=ACTOR, now=NOW)


Book = dict[str, object]


def book_of(account: Account) -> Book:
    """Everything that must not depend on how the news came."""
    names = {
        one.broker_order_id: one.order_id
        for one in BrokerReference.objects.filter(account=account)
    }
    first: dict[int, str] = {}
    for broker_order_id in sorted(names):
        first.setdefault(names[broker_order_id], broker_order_id)
    return {
        "orders": {
            first.get(order.pk, order.client_order_id): _order(order)
            for order in Order.objects.filter(account=account)
        },
        "names": {name: first[order] for name, order in names.items()},
        "fills": {
            fill.execution_id: (
                fill.side, fill.quantity, fill.price, fill.busted_at is None,
                fill.executed_at, fill.inferred,
            )
            for fill in Fill.objects.filter(account=account)
        },
        "positions": {
            held.symbol: (held.quantity, held.average_price, held.realised)
            for held in Position.objects.filter(account=account)
        },
        "cash": ledger.cash_of(account),
        "entries": set(
            LedgerEntry.objects.filter(account=account).values_list(
                "kind", "symbol", "quantity", "amount"
            )
        ),
    }  # fmt: skip


def _order(order: Order) -> tuple[object, ...]:
    return (
        order.status,
        order.source,
        order.symbol,
        order.side,
        order.quantity,
        order.limit_price,
        order.stop_price,
        order.filled_quantity,
        order.average_price,
        order.broker_order_id,
    )


# What the exchange's last lists say, reckoned without the desk's machine


def orders_at_the_exchange(stories: Iterable[Story]) -> dict[str, str]:
    """The status of each order's newest version by its broker id, exits included."""
    said: dict[str, str] = {}
    for one in _flat(told for story in stories for told in story.end):
        if not one.replaced_by and one.status is not None:
            said[one.broker_order_id] = one.status.value
    return said


def _flat(news: Iterable[Told]) -> Iterator[OrderReport]:
    for told in news:
        for one in told.orders:
            yield one
            yield from one.legs


def _executions(stories: Iterable[Story]) -> list[FillReport]:
    """Those that stand."""
    fills = [one for story in stories for told in story.end for one in told.fills]
    gone = {one.refers_to for one in fills if one.refers_to}
    return [
        one
        for one in fills
        if one.kind is not FillKind.BUST and one.execution_id not in gone
    ]


def held_at_the_exchange(stories: Iterable[Story]) -> dict[str, Decimal]:
    """Signed units by symbol."""
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in _executions(stories):
        held[one.symbol] += one.side.sign * one.quantity
    return dict(held)


def cash_at_the_exchange(key: str) -> Decimal:
    """What the executions that stand brought in, and the activities."""
    traded = sum(
        (-one.side.sign * one.quantity * one.price
         for one in _executions(recording().of(key))),
        Decimal(0),
    )  # fmt: skip
    return traded + sum((one.amount for one in recording().cash[key]), Decimal(0))
