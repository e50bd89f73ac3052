"""The order machine: merging what brokers report is monotone.

Reports carry cumulative facts. `merge` takes the higher rank and the larger cumulative
quantity, so that stream, poll and reconciliation may bring the same news twice and in
any order, and the order ends the same. A late fill after a cancel is just a fill.

Two explicit events reopen what had ended: a bust or correction (`recount`, and from then
on `restate` for the reports that follow) and an amend that the venue took (`amend`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from brokers.domain.orders import OrderStatus


# A report never moves an order to a lower rank. Ends other than filled share a rank:
# whichever was proved first stays, and only a complete fill outranks it.
RANK = {
    OrderStatus.DRAFT: 0,
    OrderStatus.DENIED: 0,
    OrderStatus.SUBMITTED: 1,
    OrderStatus.WORKING: 2,
    OrderStatus.PARTIALLY_FILLED: 3,
    OrderStatus.CANCELLED: 4,
    OrderStatus.EXPIRED: 4,
    OrderStatus.REJECTED: 4,
    OrderStatus.FILLED: 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """What merging changes. `quantity` is None for an order in money."""

    status: OrderStatus
    quantity: Decimal | None
    filled_quantity: Decimal = Decimal(0)
    average_price: Decimal | None = None
    broker_word: str = ""
    reason: str = ""

    @property
    def leaves(self) -> Decimal | None:
        """Units that may still be filled; None for an order in money."""
        if self.status.is_terminal:
            return Decimal(0)
        if self.quantity is None:
            return None
        return max(self.quantity - self.filled_quantity, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The cumulative facts of one report. An unknown broker word has status None."""

    status: OrderStatus | None
    filled_quantity: Decimal
    average_price: Decimal | None
    broker_word: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One fill that stands (not busted), as far as counting needs it."""

    quantity: Decimal
    price: Decimal


def merge(state: OrderState, report: Reported) -> OrderState:
    """The state after one more report; merging it again changes nothing."""
    filled, average = _larger_fill(state, report)
    status = _status(state, report.status, filled)
    moved = status is not state.status
    first_word = report.status is state.status and not state.broker_word
    return replace(
        state,
        status=status,
        filled_quantity=filled,
        average_price=average,
        broker_word=report.broker_word if moved or first_word else state.broker_word,
        reason=report.reason if moved and report.reason else state.reason,
    )


def count_fills(state: OrderState, executions: list[Execution]) -> OrderState:
    """The state after its booked executions are counted: never less than was known.

    Once they are all booked the average price is theirs: a report's has been rounded by
    the venue, and which of the two came first must not matter.
    """
    filled = sum((e.quantity for e in executions), Decimal(0))
    if filled < state.filled_quantity:
        return state
    if filled == state.filled_quantity:
        return replace(state, average_price=average_price(executions))
    counted = Reported(
        status=None,
        filled_quantity=filled,
        average_price=average_price(executions),
        broker_word=state.broker_word,
    )
    return merge(state, counted)


def recount(state: OrderState, executions: list[Execution]) -> OrderState:
    """The state after a bust or correction: recomputed from the fills that stand.

    An order that was filled and no longer is goes back to work; whether the venue
    still works it is for the next report to say.
    """
    filled = sum((e.quantity for e in executions), Decimal(0))
    if state.status.is_open or state.status is OrderStatus.FILLED:
        status = _by_quantity(state.quantity, filled, state.status)
    else:
        status = _completed(state.quantity, filled, state.status)
    return replace(
        state,
        status=status,
        filled_quantity=filled,
        average_price=average_price(executions),
    )


def restate(state: OrderState, report: Reported) -> OrderState:
    """One more report on an order of which executions were taken back.

    The figures stay those of the fills: a cumulative quantity may be from before or
    from after. The newest word stands, whatever its rank; the caller leaves out the
    status of a report that is older than the one before it.
    """
    if report.status is None:
        return state
    if report.status.is_open:
        status = _by_quantity(state.quantity, state.filled_quantity, report.status)
    else:
        status = _completed(state.quantity, state.filled_quantity, report.status)
    if status is state.status:
        return state
    return replace(
        state,
        status=status,
        broker_word=report.broker_word,
        reason=report.reason or state.reason,
    )


def amend(state: OrderState, quantity: Decimal | None) -> OrderState:
    """The state under the quantity of a newer version.

    A filled order whose quantity grew is back at work; one cut to what was filled, or
    below it, is filled at that.
    """
    amended = replace(state, quantity=quantity)
    is_open = state.status.is_open or state.status is OrderStatus.FILLED
    if not is_open or quantity is None or state.filled_quantity == 0:
        return amended
    return replace(
        amended, status=_by_quantity(quantity, state.filled_quantity, state.status)
    )


def average_price(executions: list[Execution]) -> Decimal | None:
    quantity = sum((e.quantity for e in executions), Decimal(0))
    if quantity == 0:
        return None
    money = sum((e.quantity * e.price for e in executions), Decimal(0))
    return (money / quantity).quantize(Decimal("0.00000001"))


def _larger_fill(state: OrderState, report: Reported) -> tuple[Decimal, Decimal | None]:
    if report.filled_quantity > state.filled_quantity:
        return report.filled_quantity, report.average_price or state.average_price
    if report.filled_quantity == state.filled_quantity and state.average_price is None:
        return state.filled_quantity, report.average_price
    return state.filled_quantity, state.average_price


def _status(
    state: OrderState, reported: OrderStatus | None, filled: Decimal
) -> OrderStatus:
    best = state.status
    if reported is not None and RANK[reported] > RANK[best]:
        best = reported
    if RANK[best] == RANK[OrderStatus.CANCELLED] or best is OrderStatus.FILLED:
        return _completed(state.quantity, filled, best)
    return _by_quantity(state.quantity, filled, best)


def _completed(
    quantity: Decimal | None, filled: Decimal, status: OrderStatus
) -> OrderStatus:
    """An end stays an end, unless the whole quantity turned out to be filled."""
    if quantity is not None and filled >= quantity:
        return OrderStatus.FILLED
    return status


def _by_quantity(
    quantity: Decimal | None, filled: Decimal, status: OrderStatus
) -> OrderStatus:
    if quantity is not None and filled >= quantity:
        return OrderStatus.FILLED
    if filled > 0:
        return OrderStatus.PARTIALLY_FILLED
    if status in {OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED}:
        return OrderStatus.WORKING
    return status
