"""Holdings: average cost, and the cost that the day's result counts from."""

from __future__ import annotations

from datetime import datetime

from brokers.sim.engine.records import Execution, Position
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.market import second_of


def signed(execution: Execution) -> int:
    return execution.side.sign * execution.quantity


def _portion(total: int, part: int, whole: int) -> int:
    """The share of a signed total, rounded towards zero."""
    share = abs(total) * part // whole
    return share if total >= 0 else -share


def apply(position: Position, quantity: int, price: int) -> None:
    """Adds a signed quantity; what it closes leaves at the average cost."""
    held = position.quantity
    closing = min(abs(held), abs(quantity)) if held * quantity < 0 else 0
    if closing:
        position.cost -= _portion(position.cost, closing, abs(held))
        position.intraday_cost -= _portion(position.intraday_cost, closing, abs(held))
    opened = quantity + (closing if quantity < 0 else -closing)
    position.cost += opened * price
    position.intraday_cost += opened * price
    position.quantity = held + quantity


def position_of(venue: Venue, holder: Holder, symbol: str) -> Position:
    found = holder.positions.get(symbol)
    if found is None:
        found = holder.positions[symbol] = Position(symbol=symbol)
    venue.touched.positions[holder.account.id, symbol] = None
    return found


def drop_if_flat(holder: Holder, symbol: str) -> None:
    if holder.positions[symbol].quantity == 0:
        del holder.positions[symbol]


def rebuild_position(venue: Venue, holder: Holder, symbol: str) -> None:
    """From the standing executions alone, after one was undone or restated."""
    close = venue.calendar.previous(venue.now).closes
    position = position_of(venue, holder, symbol)
    position.quantity = position.cost = position.intraday_cost = 0
    rolled = False
    for execution in sorted(_standing(holder, symbol), key=lambda one: one.at):
        if not rolled and execution.at > close:
            mark_to_close(venue, position, close)
            rolled = True
        apply(position, signed(execution), execution.price)
    if not rolled:
        mark_to_close(venue, position, close)
    drop_if_flat(holder, symbol)


def _standing(holder: Holder, symbol: str) -> list[Execution]:
    every = holder.executions.values()
    return [one for one in every if one.standing and one.symbol == symbol]


def mark_to_close(venue: Venue, position: Position, close: datetime) -> None:
    """From here on the day's result counts from the closing price."""
    if position.quantity:
        price = venue.market.last_price(position.symbol, second_of(close))
        position.intraday_cost = position.quantity * price
