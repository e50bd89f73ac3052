"""What only the operator of the exchange can do: break trades, halt, nail prices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from brokers.sim.engine import groups, ledger, lifecycle, positions, rules
from brokers.sim.engine.accounts import AccountFlags
from brokers.sim.engine.ledger import Terms
from brokers.sim.engine.orders import Event, EventKind, SimStatus
from brokers.sim.engine.records import Execution, Order
from brokers.sim.engine.rejection import malformed, not_found, unprocessable
from brokers.sim.engine.units import price_units, quantity_units
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.overlay import Pin


def symbol_of(venue: Venue, symbol: str) -> str:
    try:
        return venue.market.asset(symbol).symbol
    except KeyError:
        raise not_found(f"symbol not found: {symbol}") from None


# Prices and halts


def force_price(venue: Venue, symbol: str, price: Decimal, *, size: int | None) -> None:
    """From this second on; the displayed size stays that of now unless given."""
    name = symbol_of(venue, symbol)
    rules.price_rule("price", price)
    shown = venue.tick(name).ask_size if size is None else size
    pin = Pin(start=venue.second, end=None, price=price_units(price), size=shown)
    _lay(venue, name, [*_ended(venue, name), pin])


def release_price(venue: Venue, symbol: str) -> None:
    name = symbol_of(venue, symbol)
    _lay(venue, name, _ended(venue, name))


def _ended(venue: Venue, symbol: str) -> list[Pin]:
    """The pins so far, none of them open and none without a second of its own."""
    pins = [
        replace(pin, end=venue.second) if pin.end is None else pin
        for pin in venue.market.pins(symbol)
    ]
    return [pin for pin in pins if pin.end is None or pin.end > pin.start]


def _lay(venue: Venue, symbol: str, pins: list[Pin]) -> None:
    venue.market.set_pins(symbol, pins)
    venue.forget_ticks()
    venue.touched.market = True


def set_halted(venue: Venue, symbol: str, *, halted: bool) -> None:
    name = symbol_of(venue, symbol)
    if halted:
        venue.market.halted.add(name)
    else:
        venue.market.halted.discard(name)
    venue.touched.market = True


def set_flags(venue: Venue, holder: Holder, flags: AccountFlags) -> None:
    account = holder.account
    account.trading_blocked = flags.trading_blocked
    account.account_blocked = flags.account_blocked
    account.transfers_blocked = flags.transfers_blocked
    venue.touched.accounts[account.id] = account


# Executions


def _standing(holder: Holder, execution_id: str) -> Execution:
    found = holder.executions.get(execution_id)
    if found is None:
        raise not_found(f"execution not found: {execution_id}")
    if not found.standing:
        raise unprocessable("execution is already busted or corrected")
    return found


def trade_bust(venue: Venue, holder: Holder, execution_id: str) -> Event:
    """The order keeps its status: the venue does not put it back to the market."""
    execution = _standing(holder, execution_id)
    order = holder.orders[execution.order_id]
    ledger.undo(venue, order, execution)
    _recount(holder, order)
    return venue.emit_fill(
        EventKind.TRADE_BUST, order, execution, previous=execution.id
    )


def _recount(holder: Holder, order: Order) -> None:
    for version in ledger.versions(holder, order):
        lifecycle.rehold(holder, version)


def trade_correct(
    venue: Venue, holder: Holder, execution_id: str, *, terms: Terms
) -> Event:
    """Undone and booked again under a new id, at the instant of the original."""
    old = _standing(holder, execution_id)
    order = holder.orders[old.order_id]
    ledger.undo(venue, order, old)
    new = ledger.execute(venue, order, replace(terms, at=old.at))
    for version in list(ledger.versions(holder, order))[1:]:
        version.filled += terms.quantity
        version.value += terms.quantity * terms.price
    positions.rebuild_position(venue, holder, order.symbol)
    _recount(holder, order)
    ledger.record_fill(venue, order, new, previous=old.id)
    return venue.emit_fill(EventKind.TRADE_CORRECT, order, new, previous=old.id)


def corrected_terms(
    holder: Holder,
    execution_id: str,
    *,
    price: Decimal | None,
    quantity: Decimal | None,
) -> Terms:
    """The original's terms where nothing else is said."""
    old = _standing(holder, execution_id)
    if price is None and quantity is None:
        raise malformed("price or qty is required")
    return Terms(
        quantity=old.quantity if quantity is None else quantity_units(quantity),
        price=old.price if price is None else price_units(price),
    )


def late_fill(venue: Venue, order: Order, *, terms: Terms) -> Event:
    """Booked whatever the order's state is; a closed order keeps its status."""
    execution = ledger.execute(venue, order, terms)
    complete = order.status.is_open and order.leaves(terms.price) <= 0
    lifecycle.progress(venue, order, complete=complete)
    ledger.record_fill(venue, order, execution)
    left = order.leaves(terms.price)
    kind = EventKind.FILL if left <= 0 else EventKind.PARTIAL_FILL
    return venue.emit_fill(kind, order, execution)


def reject_order(venue: Venue, order: Order, reason: str) -> Event:
    if not order.status.is_open:
        raise unprocessable(f'order is already in "{order.status}" state')
    lifecycle.end(venue, order, SimStatus.REJECTED, reason=reason)
    event = venue.events[-1]
    groups.end_relatives(venue, order, SimStatus.CANCELED)
    return event
