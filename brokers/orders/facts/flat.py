"""The facts of an entry that goes only when the position it turns around is closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from risk import facts as risk


def as_if_flat(facts: risk.Facts, closing: Decimal) -> risk.Facts:
    """Without the position, without what its close cancels, with the money it frees.

    What nobody knows the outcome of stays: it may still fill. A close gives back at
    least what the units are worth: initial margin is half of it, and buying power twice
    the equity that is not bound (FINRA Rule 4210, Regulation T); an account without
    margin gets all of it. Unknown worth gives back nothing.
    """
    symbol = facts.order.symbol
    orders = facts.open_orders
    if orders is not None:
        orders = tuple(
            order
            for order in orders
            if order.symbol != symbol or order.unresolved or order.overfilled
        )
    return replace(
        facts,
        position=risk.PositionFacts(quantity=Decimal(0)),
        open_orders=orders,
        account=_freed(facts, closing),
    )


def _freed(facts: risk.Facts, closing: Decimal) -> risk.AccountFacts:
    price = facts.quote.bid or facts.quote.last
    stated = facts.account.buying_power
    if price is None or stated is None:
        return facts.account
    return replace(facts.account, buying_power=stated + abs(closing) * price)
