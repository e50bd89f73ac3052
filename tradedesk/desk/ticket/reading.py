"""From what is known to the fields of a ticket: a fresh one, and a draft read back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from brokers.domain.orders import OrderType, Side, TimeInForce
from brokers.models import Instrument, Order
from brokers.orders.facts import MarketFacts
from risk.sizing import SizeModel
from tradedesk.accounts.models import Preferences
from tradedesk.desk.ticket.forms import BY_AMOUNT


# A stop two average true ranges away: far enough to be outside a day's noise.
STOP_IN_ATR = Decimal(2)


def fresh_fields(market: MarketFacts, *, wishes: Preferences) -> dict[str, Any]:
    """A ticket ready to review: market, sized from risk, stop at twice the ATR."""
    known = market.quote
    price = known.quote.ask or known.quote.last if known else None
    stop = proposed_stop(price, market.atr, instrument=market.instrument, side=Side.BUY)
    return {
        "intent_key": str(uuid.uuid4()),
        "version": 0,
        "symbol": market.symbol,
        "side": Side.BUY.value,
        "type": OrderType.MARKET.value,
        "time_in_force": TimeInForce.GTC.value if stop else TimeInForce.DAY.value,
        "size_model": SizeModel.RISK_PERCENT.value,
        "size_amount": str(wishes.risk_percent),
        "stop_loss_price": "" if stop is None else str(stop),
    }


def proposed_stop(
    price: Decimal | None,
    atr: Decimal | None,
    *,
    instrument: Instrument | None,
    side: Side,
) -> Decimal | None:
    """Twice the ATR on the losing side of the price, on a tick; None if unknown."""
    if price is None or atr is None or instrument is None:
        return None
    level = price - side.sign * STOP_IN_ATR * atr
    if level <= 0:
        return None
    tick = instrument.tick_at(level)
    steps = (level / tick).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return (steps * tick).quantize(tick.normalize())


def draft_fields(order: Order) -> Mapping[str, Any]:
    """The cleaned fields of a `TicketForm` that make exactly this draft."""
    return {
        "intent_key": order.intent,
        "version": order.version,
        "symbol": order.symbol,
        "side": order.side,
        "type": order.type,
        "time_in_force": order.time_in_force,
        "limit_price": order.limit_price,
        "stop_price": order.stop_price,
        "trail_percent": order.trail_percent,
        "trail_price": order.trail_price,
        "stop_loss_price": order.stop_loss_price,
        "stop_loss_limit_price": order.stop_loss_limit_price,
        "take_profit_price": order.take_profit_price,
        "size_model": SizeModel.UNITS.value if order.notional is None else BY_AMOUNT,
        "size_amount": order.quantity if order.notional is None else order.notional,
        "extended_hours": order.extended_hours,
        "no_stop_reason": order.no_stop_reason,
        "thesis": order.thesis,
        "acknowledged": order.acknowledged,
    }


def typed_fields(order: Order) -> dict[str, Any]:
    """The same as text, to edit a draft in the ticket again."""
    return {
        name: "" if value is None else _typed(value)
        for name, value in draft_fields(order).items()
    }


def _typed(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value if isinstance(value, list | bool | int) else str(value)
