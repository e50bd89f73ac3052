"""What a broker's back office does to its books without a word to anybody.

No event tells of it and no activity either, unless it says so: what a reconciliation is
there to find.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from brokers.sim.engine import ledger, lifecycle, operator, positions, postings
from brokers.sim.engine.accounts import HIDDEN, Activity, ActivityType
from brokers.sim.engine.records import Execution, Order
from brokers.sim.engine.rejection import not_found, unprocessable
from brokers.sim.engine.units import money_of, money_units, price_units, quantity_units
from brokers.sim.engine.venue import Holder, Venue


def _execution(holder: Holder, execution_id: str) -> Execution:
    found = holder.executions.get(execution_id)
    if found is None or not found.standing:
        raise not_found(f"execution not found: {execution_id}")
    return found


def _activity(holder: Holder, activity_id: str) -> Activity:
    place = holder.activity_places.get(activity_id)
    if place is None:
        raise not_found(f"activity not found: {activity_id}")
    return holder.activities[place]


def bust_silently(venue: Venue, holder: Holder, execution_id: str) -> None:
    """Undone as by a bust; its activity is gone from the list."""
    execution = _execution(holder, execution_id)
    order = holder.orders[execution.order_id]
    ledger.undo(venue, order, execution)
    for version in ledger.versions(holder, order):
        lifecycle.rehold(holder, version)
    gone = replace(_activity(holder, execution.activity_id), status=HIDDEN)
    postings.put_activity(venue, holder, gone)


def list_twice(venue: Venue, holder: Holder, execution_id: str) -> Activity:
    """The same execution once more in the list, under other ids; nothing else moves."""
    execution = _execution(holder, execution_id)
    original = _activity(holder, execution.activity_id)
    twin = replace(
        original, id=postings.activity_id(venue), execution_id=venue.new_id()
    )
    return postings.put_activity(venue, holder, twin)


def move_units(
    venue: Venue, holder: Holder, symbol: str, *, quantity: Decimal, price: Decimal
) -> None:
    """Units come, or with a negative quantity go, at a price; cash stays."""
    name = operator.symbol_of(venue, symbol)
    moved = quantity_units(quantity)
    postings.record(venue, holder, cash=0, held=(name, moved))
    position = positions.position_of(venue, holder, name)
    positions.apply(position, moved, price_units(price))
    positions.drop_if_flat(holder, name)


def split(venue: Venue, holder: Holder, symbol: str, *, new: int, old: int) -> None:
    """`new` shares for `old`; what was paid in all stays the same."""
    position = holder.positions.get(symbol)
    if position is None:
        raise not_found(f"position does not exist: {symbol}")
    if position.quantity * new % old:
        raise unprocessable("the split would leave a fraction of a unit")
    after = position.quantity * new // old
    moved = after - position.quantity
    postings.record(venue, holder, cash=0, held=(symbol, moved))
    position.quantity = after
    venue.touched.positions[holder.account.id, symbol] = None


def restate_cost(venue: Venue, holder: Holder, symbol: str, *, price: Decimal) -> None:
    """Another average price for what is held."""
    position = holder.positions.get(symbol)
    if position is None:
        raise not_found(f"position does not exist: {symbol}")
    position.cost = position.quantity * price_units(price)
    venue.touched.positions[holder.account.id, symbol] = None


def move_cash(venue: Venue, holder: Holder, amount: Decimal) -> None:
    postings.record(venue, holder, cash=money_units(amount), held=("", 0))


def charge(venue: Venue, holder: Holder, amount: Decimal) -> Activity:
    """A fee with its activity, as any other: this one is told."""
    posting = postings.Posting(
        kind=ActivityType.FEE, amount=-money_units(amount), description="Regulatory fee"
    )
    return postings.post(venue, holder, posting)


def restate_fee(
    venue: Venue, holder: Holder, activity_id: str, *, amount: Decimal
) -> Activity:
    """A fee that was posted becomes another one under the same id, and cash with it."""
    old = _activity(holder, activity_id)
    if old.type is not ActivityType.FEE or old.net_amount is None:
        raise unprocessable("activity is no fee")
    postings.record(
        venue,
        holder,
        cash=-money_units(amount) - money_units(old.net_amount),
        held=("", 0),
    )
    changed = replace(old, net_amount=money_of(-money_units(amount)))
    return postings.put_activity(venue, holder, changed)


def forget(venue: Venue, order: Order) -> None:
    """No list has it and asking for it finds nothing; what it filled stays."""
    order.forgotten = True
    venue.touch(order)


def reopen(venue: Venue, order: Order) -> None:
    """An order that had ended works again."""
    if order.status.is_open:
        raise unprocessable(f'order is already in "{order.status}" state')
    lifecycle.revive(venue, order)
