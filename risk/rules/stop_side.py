"""Check 8: a stop lies on the side of the market where it waits."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderType,
    Policy,
    Side,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import exact, positive
from risk.facts.prices import Market, current_market


CHECK = Check(
    number=8,
    name="stop_side",
    title="Stop lies on the right side",
    way_out=WayOut.HELD,
)
STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    order, stop = facts.order, positive(facts.order.stop_price)
    if order.type not in STOPS or stop is None:
        return CHECK.passed(_finding("The order has no stop price to check."))
    market = current_market(facts, policy)
    if market is None:
        return CHECK.refused_unless(is_reducing(facts), _unknown(stop))
    side = "above" if order.side is Side.BUY else "below"
    if _triggers(order.side, stop, market=market):
        # Refused for the way out as well: it would trade at once, at any price. The
        # market order that the message names does the same, knowingly.
        return CHECK.blocked(_wrong(facts, stop, market=market))
    if _inside_spread(stop, market):
        message = (
            f"The stop {exact(stop)} lies inside the spread: it may trade at once."
        )
        return CHECK.warned(_finding(message, stop, market.taking(order.side)))
    message = f"The stop lies {side} the market."
    return CHECK.passed(_finding(message, stop, market.taking(order.side)))


def _triggers(side: Side, stop: Decimal, *, market: Market) -> bool:
    """Certain to trade at once: a buy stop at the bid or below, a sell at the ask."""
    return stop <= market.bid if side is Side.BUY else stop >= market.ask


def _inside_spread(stop: Decimal, market: Market) -> bool:
    return market.bid <= stop <= market.ask


def _wrong(facts: Facts, stop: Decimal, *, market: Market) -> Finding:
    side = "above" if facts.order.side is Side.BUY else "below"
    limit = market.ask if facts.order.side is Side.BUY else market.bid
    message = (
        f"A {facts.order.side.value} stop must lie {side} the market "
        f"({exact(market.bid)} / {exact(market.ask)}): {exact(stop)} would trade at "
        f"once. Move it {side} {exact(limit)}, or use a market order."
    )
    return _finding(message, stop, limit)


def _unknown(stop: Decimal) -> Finding:
    return Finding(
        code=DenialCode.STOP_SIDE_UNKNOWN,
        message="On which side of the market the stop lies cannot be told without a "
        "fresh quote. Wait for one.",
        value=figure(stop, Unit.PRICE),
        limit=word("a fresh quote"),
    )


def _finding(
    message: str, stop: Decimal | None = None, limit: Decimal | None = None
) -> Finding:
    return Finding(
        code=DenialCode.STOP_WRONG_SIDE,
        message=message,
        value=word("no stop") if stop is None else figure(stop, Unit.PRICE),
        limit=word("not needed") if limit is None else figure(limit, Unit.PRICE),
    )
