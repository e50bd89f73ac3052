"""The state of the exchange and the few acts that everything else is made of."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from brokers.domain.orders import Side
from brokers.sim.book import Book
from brokers.sim.engine.accounts import Activity
from brokers.sim.engine.config import ExchangeConfig
from brokers.sim.engine.orders import Event, EventKind
from brokers.sim.engine.records import Account, Execution, Order, Position
from brokers.sim.engine.rejection import not_found
from brokers.sim.engine.units import quantity_of
from brokers.sim.engine.views import order_view
from brokers.sim.market.calendars import Phase, calendar_named
from brokers.sim.market.market import Market, Tick, second_of
from brokers.sim.market.scale import price_of


class Holder:
    """One account with all that belongs to it.

    `holds` is the sum of its orders' holds. A row of the ledger is (instant, change of
    cash, symbol or "", change of quantity): what its past equity is computed from.
    """

    __slots__ = (
        "account",
        "activities",
        "activity_places",
        "client_ids",
        "executions",
        "holds",
        "ledger",
        "open",
        "orders",
        "positions",
    )

    def __init__(self, account: Account) -> None:
        self.account = account
        self.positions: dict[str, Position] = {}
        self.orders: dict[str, Order] = {}
        self.open: dict[str, dict[str, Order]] = {}
        self.client_ids: dict[str, str] = {}
        self.executions: dict[str, Execution] = {}
        self.activities: list[Activity] = []
        self.activity_places: dict[str, int] = {}
        self.ledger: list[tuple[datetime, int, str, int]] = []
        self.holds = 0

    def add_order(self, order: Order) -> None:
        self.orders[order.id] = order
        self.client_ids[order.client_order_id] = order.id
        if order.status.is_open:
            self.open.setdefault(order.symbol, {})[order.id] = order
            self.holds += order.hold

    def put_activity(self, activity: Activity) -> None:
        """Adds it, or replaces the one of the same id."""
        place = self.activity_places.get(activity.id)
        if place is not None:
            self.activities[place] = activity
            return
        self.activity_places[activity.id] = len(self.activities)
        self.activities.append(activity)

    def held_quantity(self, symbol: str) -> int:
        position = self.positions.get(symbol)
        return 0 if position is None else position.quantity


@dataclass(slots=True)
class Touched:
    """What a verb has changed so far: becomes the changes of its journal entry."""

    orders: dict[str, Order] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    positions: dict[tuple[str, str], None] = field(default_factory=dict)
    executions: dict[tuple[str, str], Execution] = field(default_factory=dict)
    activities: dict[tuple[str, str], Activity] = field(default_factory=dict)
    ledger: list[tuple[str, tuple[datetime, int, str, int]]] = field(
        default_factory=list
    )
    market: bool = False


class Venue:
    """Everything that the exchange knows. `taken` is what was taken from the displayed
    sizes in the current second: symbol -> [second, from the bid, from the ask].
    `trailed` are trailing stops whose mark moved since the last journal entry: a
    restart finds the mark again by walking the same path, so that alone is no entry.
    """

    def __init__(self, config: ExchangeConfig, now: datetime) -> None:
        self.config = config
        self.calendar = calendar_named(config.calendar)
        self.market = Market(config.seed, self.calendar)
        self.now = now
        self.second = second_of(now)
        self.holders: dict[str, Holder] = {}
        self.keys: dict[str, str] = {}
        self.books: dict[str, Book[Order]] = {}
        self.waiting: dict[str, Order] = {}
        self.taken: dict[str, list[int]] = {}
        self.events: deque[Event] = deque(maxlen=config.event_history)
        self.event_sequence = 0
        self.journal_sequence = 0
        self.ids = 0
        self.priorities = 0
        self.touched = Touched()
        self.trailed: dict[str, Order] = {}
        self._ticks: dict[str, Tick] = {}
        self._id_state = hashlib.blake2b(str(config.seed).encode(), digest_size=16)

    # Time

    def move_to(self, now: datetime) -> None:
        if now <= self.now:
            return
        self.now = now
        second = second_of(now)
        if second != self.second:
            self.second = second
            self._ticks.clear()

    @property
    def phase(self) -> Phase:
        return self.calendar.phase(self.now)

    # The market

    def tick(self, symbol: str) -> Tick:
        """The market of a symbol at the current second."""
        found = self._ticks.get(symbol)
        if found is None:
            found = self._ticks[symbol] = self.market.tick(symbol, self.second)
        return found

    def forget_ticks(self) -> None:
        self._ticks.clear()

    def book(self, symbol: str) -> Book[Order]:
        found = self.books.get(symbol)
        if found is None:
            found = self.books[symbol] = Book()
        return found

    def displayed(self, symbol: str, side: Side) -> int:
        """What an order of this side can still take of the displayed size."""
        tick = self.tick(symbol)
        size = tick.ask_size if side is Side.BUY else tick.bid_size
        taken = self.taken.get(symbol)
        if taken is None or taken[0] != self.second:
            return size
        return size - taken[2 if side is Side.BUY else 1]

    def take_displayed(self, symbol: str, side: Side, quantity: int) -> None:
        taken = self.taken.get(symbol)
        if taken is None or taken[0] != self.second:
            taken = self.taken[symbol] = [self.second, 0, 0]
        taken[2 if side is Side.BUY else 1] += quantity
        self.touched.market = True

    # Identity

    def new_id(self) -> str:
        """The next identifier: a UUID (version 4 in form) from seed and count."""
        self.ids += 1
        state = self._id_state.copy()
        state.update(self.ids.to_bytes(8, "big"))
        text = state.hexdigest()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def next_priority(self) -> int:
        self.priorities += 1
        return self.priorities

    # Accounts and orders

    def holder(self, account_id: str) -> Holder:
        found = self.holders.get(account_id)
        if found is None:
            raise not_found(f"account not found: {account_id}")
        return found

    def order_of(self, holder: Holder, order_id: str) -> Order:
        found = holder.orders.get(order_id)
        if found is None or found.forgotten:
            raise not_found(f"order not found for {order_id}")
        return found

    def touch(self, order: Order) -> None:
        order.updated_at = self.now
        self.touched.orders[order.id] = order

    def emit(self, kind: EventKind, order: Order) -> Event:
        """News about an order that is no execution."""
        return self._add(
            Event(
                sequence=self.event_sequence + 1,
                at=self.now,
                account_id=order.account_id,
                kind=kind,
                order=order_view(order),
                execution_id=self.new_id(),
            )
        )

    def emit_fill(
        self, kind: EventKind, order: Order, execution: Execution, *, previous: str = ""
    ) -> Event:
        held = self.holders[order.account_id].held_quantity(order.symbol)
        return self._add(
            Event(
                sequence=self.event_sequence + 1,
                at=self.now,
                account_id=order.account_id,
                kind=kind,
                order=order_view(order),
                execution_id=execution.id,
                price=price_of(execution.price),
                quantity=quantity_of(execution.quantity),
                position_quantity=quantity_of(held),
                previous_execution_id=previous,
            )
        )

    def _add(self, event: Event) -> Event:
        self.event_sequence = event.sequence
        self.events.append(event)
        return event
