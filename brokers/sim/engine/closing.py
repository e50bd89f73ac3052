"""Closing positions: a market order against what is held."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from brokers.domain.orders import OrderType, Side, TimeInForce
from brokers.sim.engine import amend, intake
from brokers.sim.engine.orders import CloseOutcome, OrderRequest, SimOrder
from brokers.sim.engine.records import Position
from brokers.sim.engine.rejection import Rejection, malformed, not_found
from brokers.sim.engine.units import SHARE, quantity_of
from brokers.sim.engine.venue import Holder, Venue


_HUNDRED = Decimal(100)
_NANO = Decimal(1).scaleb(-9)


def position_of(venue: Venue, holder: Holder, symbol: str) -> Position:
    try:
        name = venue.market.asset(symbol).symbol
    except KeyError:
        raise not_found(f"symbol not found: {symbol}") from None
    found = holder.positions.get(name)
    if found is None:
        raise not_found("position does not exist")
    return found


def _part(position: Position, percentage: Decimal) -> Decimal:
    """Whole shares of a whole position, nine decimals of a fractional one."""
    if not 0 < percentage <= _HUNDRED:
        raise malformed("percentage must be > 0 and <= 100")
    held = abs(position.quantity)
    exact = quantity_of(held) * percentage / _HUNDRED
    step = _NANO if held % SHARE else Decimal(1)
    return exact.quantize(step, rounding=ROUND_DOWN)


def close_position(
    venue: Venue,
    holder: Holder,
    position: Position,
    *,
    quantity: Decimal | None,
    percentage: Decimal | None,
) -> SimOrder:
    if quantity is not None and percentage is not None:
        raise malformed("only one of qty or percentage is accepted")
    if quantity is None:
        full = quantity_of(abs(position.quantity))
        quantity = full if percentage is None else _part(position, percentage)
    request = OrderRequest(
        symbol=position.symbol,
        side=Side.SELL if position.quantity > 0 else Side.BUY,
        type=OrderType.MARKET,
        time_in_force=TimeInForce.DAY,
        quantity=quantity,
    )
    return intake.submit(venue, holder, request)


def close_all(
    venue: Venue, holder: Holder, *, cancel_orders: bool
) -> list[CloseOutcome]:
    if cancel_orders:
        amend.cancel_all(venue, holder)
    found = sorted(holder.positions.values(), key=lambda one: one.symbol)
    return [_close(venue, holder, position) for position in found]


def _close(venue: Venue, holder: Holder, position: Position) -> CloseOutcome:
    try:
        order = close_position(venue, holder, position, quantity=None, percentage=None)
    except Rejection as refusal:
        return CloseOutcome(
            symbol=position.symbol,
            status=refusal.status,
            code=refusal.code,
            message=refusal.message,
        )
    return CloseOutcome(symbol=position.symbol, status=200, order=order)
