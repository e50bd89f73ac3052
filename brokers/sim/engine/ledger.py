"""What executions do to money and holdings, forwards and back.

Cash moves with each execution; regulatory fees of sales accrue and are posted at the
next opening, as Alpaca does. Amounts are integers of `units.MONEY`, so nothing is lost
to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from brokers.domain.orders import Side
from brokers.sim.engine import fees, positions, postings
from brokers.sim.engine.accounts import Activity, ActivityType
from brokers.sim.engine.records import Account, Execution, Order
from brokers.sim.engine.units import quantity_of
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.scale import price_of


# Executions


def _settle(venue: Venue, holder: Holder, execution: Execution, *, sign: int) -> None:
    """Cash, holding and accruals of one execution, or with sign -1 of undoing it."""
    account = holder.account
    moved = sign * positions.signed(execution)
    worth = execution.quantity * execution.price
    postings.record(
        venue,
        holder,
        cash=-moved * execution.price,
        held=(execution.symbol, moved),
    )
    if execution.side is Side.SELL:
        _settle_later(account, execution.settles.toordinal(), sign * worth)
        if sign > 0 or execution.at >= _accruing_since(venue):
            account.sold += sign * worth
            account.taf += sign * fees.activity_fee(venue.config.fees, execution)


def _settle_later(account: Account, day: int, amount: int) -> None:
    """One row per settlement day."""
    for row in account.unsettled:
        if row[0] == day:
            row[1] += amount
            return
    account.unsettled.append([day, amount])


def _accruing_since(venue: Venue) -> datetime:
    """Fees of executions before this instant are posted already."""
    session = venue.calendar.current(venue.now)
    if session.extended_opens <= venue.now:
        return session.extended_opens
    return venue.calendar.previous(venue.now).extended_opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is executed: quantity and price units, and when (None: now)."""

    quantity: int
    price: int
    at: datetime | None = None


def execute(venue: Venue, order: Order, terms: Terms) -> Execution:
    """Books one execution of an order: order, cash, holding, fees, history."""
    holder = venue.holders[order.account_id]
    execution = _new_execution(venue, order, terms)
    order.filled += terms.quantity
    order.value += terms.quantity * terms.price
    holder.executions[execution.id] = execution
    venue.touched.executions[order.account_id, execution.id] = execution
    _settle(venue, holder, execution, sign=1)
    position = positions.position_of(venue, holder, order.symbol)
    positions.apply(position, positions.signed(execution), terms.price)
    positions.drop_if_flat(holder, order.symbol)
    _charge_commission(venue, holder, execution)
    return execution


def _new_execution(venue: Venue, order: Order, terms: Terms) -> Execution:
    return Execution(
        id=venue.new_id(),
        order_id=order.id,
        activity_id=postings.activity_id(venue),
        symbol=order.symbol,
        side=order.side,
        quantity=terms.quantity,
        price=terms.price,
        at=terms.at or venue.now,
        settles=venue.calendar.current(venue.now).settles,
    )


def _charge_commission(venue: Venue, holder: Holder, execution: Execution) -> None:
    amount = fees.commission(venue.config.fees, execution)
    if amount:
        note = f"Commission for {quantity_of(execution.quantity)} {execution.symbol}"
        posting = postings.Posting(
            kind=ActivityType.FEE, amount=-amount, sub_type="COM", description=note
        )
        postings.post(venue, holder, posting)


def record_fill(
    venue: Venue, order: Order, execution: Execution, *, previous: str = ""
) -> Activity:
    """The FILL activity of an execution, once its order has moved; `previous` is the
    execution that this one corrects.
    """
    left = max(order.leaves(execution.price), 0)
    activity = Activity(
        id=execution.activity_id,
        type=ActivityType.FILL,
        at=execution.at,
        day=venue.calendar.day_of(execution.at),
        status="correct" if previous else "executed",
        order_id=order.id,
        execution_id=execution.id,
        previous_execution_id=previous,
        symbol=order.symbol,
        side=order.side,
        price=price_of(execution.price),
        quantity=quantity_of(execution.quantity),
        cumulative_quantity=quantity_of(order.filled),
        leaves_quantity=quantity_of(left),
        fill_kind="partial_fill" if left else "fill",
        order_status=order.status,
    )
    return postings.put_activity(venue, venue.holders[order.account_id], activity)


def versions(holder: Holder, order: Order) -> Iterator[Order]:
    """An order and the replacements that carry its fills on."""
    yield order
    while order.replaced_by is not None:
        order = holder.orders[order.replaced_by]
        yield order


def undo(venue: Venue, order: Order, execution: Execution) -> None:
    """Takes one execution back, as if it had never been."""
    holder = venue.holders[order.account_id]
    execution.standing = False
    venue.touched.executions[order.account_id, execution.id] = execution
    for version in versions(holder, order):
        version.filled -= execution.quantity
        version.value -= execution.quantity * execution.price
        venue.touch(version)
    _settle(venue, holder, execution, sign=-1)
    positions.rebuild_position(venue, holder, order.symbol)
    place = holder.activity_places[execution.activity_id]
    postings.put_activity(
        venue, holder, replace(holder.activities[place], status="canceled")
    )
