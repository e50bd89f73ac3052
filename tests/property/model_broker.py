"""A broker in memory: what it was asked, what it took, and what it tells.

It stands where an adapter stands, behind the ports, and not behind a socket: a step of
a state machine has to cost milliseconds, and what a socket can do to an answer is
walked by tests/faults with real ones. Here an answer is lost, late, never comes, or the
asker dies beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from brokers.domain.errors import (
    DuplicateClientOrderId,
    NotFound,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from brokers.domain.orders import OrderChange, OrderClass, OrderSpec, OrderStatus
from brokers.domain.reports import FillKind, FillReport, OrderReport
from tradedesk.core.clock import FixedClock


# What is taken late appears within the time that the desk waits before it sends again.
LATE = timedelta(seconds=3)
# The venue's clock never stands still between two events.
MOMENT = timedelta(milliseconds=1)

Answer = TypeVar("Answer")


class Fate(StrEnum):
    """What becomes of one request."""

    ANSWERED = "answered"
    LOST = "taken, and the answer lost"
    LATE = "no answer, and taken a moment later"
    VANISHED = "no answer, and never taken"
    UNAVAILABLE = "nothing left the desk"
    REFUSED = "refused"
    DIES_BEFORE = "the sender dies before the request leaves"
    DIES_AFTER = "the sender dies before the answer is written down"


class Died(BaseException):
    """The process ends here: nothing that was not committed is left."""


@dataclass(slots=True)
class Placed:
    """One version of an order; `root` is the first version's id."""

    broker_order_id: str
    client_order_id: str
    root: str
    spec: OrderSpec
    submitted_at: datetime
    updated_at: datetime
    status: OrderStatus = OrderStatus.WORKING
    replaces: str = ""
    replaced_by: str = ""


@dataclass(slots=True)
class Execution:
    """`told` as the stream told it; a correction stands at its original's instant."""

    told: FillReport
    root: str
    at: datetime
    standing: bool = True


@dataclass(slots=True)
class ModelBroker:
    """`watch` is called with the client id before a submission is taken."""

    clock: FixedClock
    watch: Callable[[str], None]
    fate: Fate = Fate.ANSWERED
    orders: dict[str, Placed] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    told: list[tuple[OrderReport, FillReport | None]] = field(default_factory=list)
    late: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    unfamiliar: dict[str, int] = field(default_factory=dict)

    # What it is asked to do

    def place_order(self, client_order_id: str, spec: OrderSpec) -> OrderReport:
        self.arrive()
        self.watch(client_order_id)
        return self._meet(lambda: self._take(client_order_id, spec))

    def cancel_order(self, broker_order_id: str) -> None:
        self.arrive()
        self._meet(lambda: self._cancel(broker_order_id))

    def replace_order(
        self, broker_order_id: str, client_order_id: str, change: OrderChange
    ) -> OrderReport:
        self.arrive()
        old = self.find(broker_order_id)
        return self._meet(lambda: self._replace(old, client_order_id, change))

    def _meet(self, act: Callable[[], Answer]) -> Answer:
        """The request under the fate that was set for it, once."""
        fate, self.fate = self.fate, Fate.ANSWERED
        match fate:
            case Fate.DIES_BEFORE:
                raise Died
            case Fate.UNAVAILABLE:
                raise Unavailable("No connection.")
            case Fate.REFUSED:
                raise Refused("The broker does not want it.")
            case Fate.VANISHED:
                raise OutcomeUnknown("No answer.")
            case Fate.LATE:
                self.late.append((self.clock.now() + LATE, act))
                raise OutcomeUnknown("No answer.")
        answer = act()
        if fate is Fate.DIES_AFTER:
            raise Died
        if fate is Fate.LOST:
            raise OutcomeUnknown("The answer was lost.")
        return answer

    def arrive(self) -> None:
        """What was on its way for long enough is taken now."""
        due = [act for at, act in self.late if at <= self.clock.now()]
        self.late = [one for one in self.late if one[0] > self.clock.now()]
        for act in due:
            try:
                act()
            except Refused:
                continue

    def _take(self, client_order_id: str, spec: OrderSpec) -> OrderReport:
        if any(one.client_order_id == client_order_id for one in self.orders.values()):
            raise DuplicateClientOrderId("This client order id was used before.")
        name = f"v{len(self.orders) + 1}"
        placed = Placed(name, client_order_id, name, spec, self._now(), self._now())
        self.orders[name] = placed
        return self._tell(placed)

    def _cancel(self, broker_order_id: str) -> None:
        placed = self.find(broker_order_id)
        if not placed.status.is_open or placed.replaced_by:
            raise Refused("It does not work any more.")
        self.end(placed, OrderStatus.CANCELLED)

    def _replace(
        self, old: Placed, client_order_id: str, change: OrderChange
    ) -> OrderReport:
        if not old.status.is_open or old.replaced_by:
            raise Refused("It does not work any more.")
        name = f"v{len(self.orders) + 1}"
        spec = replace(
            old.spec,
            quantity=change.quantity or old.spec.quantity,
            limit_price=change.limit_price or old.spec.limit_price,
        )
        new = Placed(name, client_order_id, old.root, spec, self._now(), self._now())
        new.replaces, old.replaced_by = old.broker_order_id, name
        old.status, old.updated_at = OrderStatus.CANCELLED, self._now()
        self.orders[name] = new
        self._settle_status(new)
        self._tell(old)
        return self._tell(new)

    # What happens at the venue

    def execute(self, placed: Placed, quantity: Decimal, price: Decimal) -> None:
        now = self._now()
        told = FillReport(
            execution_id=f"x{len(self.executions) + 1}",
            broker_order_id=placed.broker_order_id,
            symbol=placed.spec.symbol,
            side=placed.spec.side,
            quantity=quantity,
            price=price,
            executed_at=now,
        )
        self.executions[told.execution_id] = Execution(told, placed.root, now)
        self._settle_status(placed)
        self._tell(placed, told)

    def bust(self, execution: Execution, *, reopens: bool) -> None:
        execution.standing = False
        placed = self.current(execution.root)
        self._reopen(placed, reopens=reopens)
        name = execution.told.execution_id
        told = replace(execution.told, kind=FillKind.BUST, refers_to=name)
        self._tell(placed, replace(told, executed_at=self._now()))

    def correct(
        self, execution: Execution, *, quantity: Decimal, price: Decimal
    ) -> None:
        execution.standing = False
        placed = self.current(execution.root)
        told = replace(
            execution.told,
            execution_id=f"x{len(self.executions) + 1}",
            kind=FillKind.CORRECTION,
            refers_to=execution.told.execution_id,
            quantity=quantity,
            price=price,
            executed_at=self._now(),
        )
        self.executions[told.execution_id] = Execution(
            told, execution.root, execution.at
        )
        self._reopen(placed, reopens=False)
        self._tell(placed, told)

    def end(self, placed: Placed, status: OrderStatus) -> None:
        placed.status = status
        self._tell(placed)

    def _settle_status(self, placed: Placed) -> None:
        """Filled takes precedence, even over an end that was told already."""
        asked = placed.spec.quantity
        if asked is not None and self.filled(placed.root) >= asked:
            placed.status = OrderStatus.FILLED

    def _reopen(self, placed: Placed, *, reopens: bool) -> None:
        if reopens and placed.status is OrderStatus.FILLED:
            placed.status = OrderStatus.WORKING
        self._settle_status(placed)

    def _tell(self, placed: Placed, fill: FillReport | None = None) -> OrderReport:
        placed.updated_at = self._now()
        report = self.report(placed)
        self.told.append((report, fill))
        return report

    def _now(self) -> datetime:
        self.clock.instant += MOMENT
        return self.clock.instant

    # What it knows

    def find(self, broker_order_id: str) -> Placed:
        if broker_order_id not in self.orders:
            raise NotFound("No such order.")
        return self.orders[broker_order_id]

    def current(self, root: str) -> Placed:
        placed = self.orders[root]
        while placed.replaced_by:
            placed = self.orders[placed.replaced_by]
        return placed

    def standing(self, root: str) -> list[FillReport]:
        return [
            one.told
            for one in self.executions.values()
            if one.root == root and one.standing
        ]

    def filled(self, root: str) -> Decimal:
        return sum((one.quantity for one in self.standing(root)), Decimal(0))

    def report(self, placed: Placed) -> OrderReport:
        standing = self.standing(placed.root)
        filled = self.filled(placed.root)
        money = sum((one.quantity * one.price for one in standing), Decimal(0))
        partly = placed.status is OrderStatus.WORKING and filled > 0
        status = OrderStatus.PARTIALLY_FILLED if partly else placed.status
        return OrderReport(
            broker_order_id=placed.broker_order_id,
            client_order_id=placed.client_order_id,
            symbol=placed.spec.symbol,
            side=placed.spec.side,
            type=placed.spec.type,
            time_in_force=placed.spec.time_in_force,
            order_class=OrderClass.SIMPLE,
            status=status,
            raw_status="replaced" if placed.replaced_by else status.value,
            quantity=placed.spec.quantity,
            notional=None,
            filled_quantity=filled,
            average_price=money / filled if filled else None,
            limit_price=placed.spec.limit_price,
            submitted_at=placed.submitted_at,
            updated_at=placed.updated_at,
            replaces=placed.replaces,
            replaced_by=placed.replaced_by,
        )
