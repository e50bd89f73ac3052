"""An entry that waits for a close: whether it may go, must wait, or goes no more.

One order cannot turn a position around at every broker. Alpaca refuses what exceeds the
position ("insufficient qty available for order",
https://github.com/alpacahq/alpaca-trade-api-python/issues/129), and an order the other
way is taken for another close until the first has filled, not only been accepted
(https://github.com/alpacahq/Alpaca-API/issues/250).
"""

from __future__ import annotations

from decimal import Decimal

from brokers.domain.orders import OrderStatus
from brokers.models import Order, Position
from tradedesk.web import formatting


def why_withdrawn(entry: Order) -> str:
    """Why an entry goes no more, or "": its close ended without filling.

    Called under the account's lock, as `why_still_waiting`.
    """
    close = entry.follows
    if close is None or not close.state.is_terminal:
        return ""
    if close.state is OrderStatus.FILLED:
        return ""
    status = close.get_status_display()
    return f"The close that this entry waited for is {status}; the entry was not sent."


def why_still_waiting(entry: Order) -> str:
    """What an entry waits for, or "" when the account is flat and it may go."""
    close = entry.follows
    if close is None:
        return ""
    if close.state is not OrderStatus.FILLED:
        return "The close that it waits for has not filled."
    held = _held(entry)
    if held == 0:
        return ""
    return f"The position is not flat: {formatting.quantity(held)} are held."


def _held(entry: Order) -> Decimal:
    """By our fills and by the broker's newer word: both have to say flat."""
    position = Position.objects.filter(
        account=entry.account_id, symbol=entry.symbol
    ).first()
    if position is None:
        return Decimal(0)
    return position.quantity or position.confirmed_quantity
