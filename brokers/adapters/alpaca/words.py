"""Alpaca's words and ours.

Statuses and their meaning: https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle
and the `OrderStatus` schema of Alpaca's Trading API document.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from brokers.domain.orders import OrderRole, OrderStatus, OrderType, TimeInForce
from brokers.domain.reports import BarInterval, FillKind


STATUSES: Mapping[str, OrderStatus] = {
    # Received, not at the market yet.
    "accepted": OrderStatus.SUBMITTED,
    "pending_new": OrderStatus.SUBMITTED,
    "accepted_for_bidding": OrderStatus.SUBMITTED,
    "held": OrderStatus.SUBMITTED,
    "pending_review": OrderStatus.SUBMITTED,
    # Kept off the market by Alpaca; it may come back, so this proves no rejection.
    "suspended": OrderStatus.SUBMITTED,
    # At the market. A cancel or replace that is pending has changed nothing yet.
    "new": OrderStatus.WORKING,
    "stopped": OrderStatus.WORKING,
    "pending_cancel": OrderStatus.WORKING,
    "pending_replace": OrderStatus.WORKING,
    "partially_filled": OrderStatus.PARTIALLY_FILLED,
    "filled": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELLED,
    # This version ended; `replaced_by` links to the one that goes on.
    "replaced": OrderStatus.CANCELLED,
    "expired": OrderStatus.EXPIRED,
    "rejected": OrderStatus.REJECTED,
}

# Finished with today: filled, over, or (good till cancelled) back tomorrow.
DAY_ENDED = frozenset({"done_for_day", "calculated"})

EVENTS = frozenset(
    {
        "accepted", "calculated", "canceled", "done_for_day", "expired", "fill", "held",
        "new", "order_cancel_rejected", "order_replace_rejected", "partial_fill",
        "pending_cancel", "pending_new", "pending_replace", "rejected", "replaced",
        "restated", "stopped", "suspended", "trade_bust", "trade_correct",
    }
)  # fmt: skip
# `trade_bust` and `trade_correct` are documented for Alpaca's event streams (schema
# ActivityV2DetailTRD, and TradeUpdateEventV2 of its Broker API), not for the websocket
# of a trading account; they are understood wherever they come.
FILL_KINDS: Mapping[str, FillKind] = {
    "fill": FillKind.NEW,
    "partial_fill": FillKind.NEW,
    "trade_bust": FillKind.BUST,
    "trade_correct": FillKind.CORRECTION,
}

# `reason` of an event, where Alpaca gives one of its own words:
# https://docs.alpaca.markets/us/changelog/2026-08-12-reason-e11b7f1
REASONS: Mapping[str, str] = {
    "CORPORATE_ACTION": "Cancelled by Alpaca for a corporate action.",
    "TOO_LATE_TO_CANCEL": "It was too late to cancel.",
    "TRADE_BUST": "The venue took the trade back.",
}

# An exit of a bracket, OTO or OCO is told by its type: the target rests as a limit,
# the stop as a stop or stop-limit.
LEG_ROLES: Mapping[OrderType, OrderRole] = {
    OrderType.LIMIT: OrderRole.TARGET,
    OrderType.STOP: OrderRole.STOP,
    OrderType.STOP_LIMIT: OrderRole.STOP,
    OrderType.TRAILING_STOP: OrderRole.STOP,
}

TIMEFRAMES: Mapping[BarInterval, str] = {
    BarInterval.MINUTE_1: "1Min",
    BarInterval.MINUTE_5: "5Min",
    BarInterval.MINUTE_15: "15Min",
    BarInterval.HOUR_1: "1Hour",
    BarInterval.DAY_1: "1Day",
    BarInterval.WEEK_1: "1Week",
}


def status_of(
    word: str,
    *,
    filled: Decimal,
    quantity: Decimal | None,
    time_in_force: TimeInForce,
) -> OrderStatus | None:
    """Our status for Alpaca's word; None for a word that we do not know.

    A partial fill is derived from the figures, not trusted to the word: Alpaca says
    `pending_cancel` or `pending_replace` of an order that has filled in part.
    """
    if word in DAY_ENDED:
        status = _after_day(filled, quantity, time_in_force)
    elif word in STATUSES:
        status = STATUSES[word]
    else:
        return None
    at_market = status in {OrderStatus.SUBMITTED, OrderStatus.WORKING}
    return OrderStatus.PARTIALLY_FILLED if at_market and filled > 0 else status


def _after_day(
    filled: Decimal, quantity: Decimal | None, time_in_force: TimeInForce
) -> OrderStatus:
    if quantity is not None and filled >= quantity:
        return OrderStatus.FILLED
    if time_in_force is TimeInForce.GTC:
        return OrderStatus.WORKING
    return OrderStatus.EXPIRED
