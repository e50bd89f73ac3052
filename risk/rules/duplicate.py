"""Check 30: the same order was not placed a moment ago."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderFacts,
    Policy,
    RecentOrder,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import shown, sound


CHECK = Check(
    number=30,
    name="duplicate",
    title="Not a repeat of a recent order",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    ask = Acknowledgement.NONE if is_reducing(facts) else Acknowledgement.CONFIRM
    if facts.recent_orders is None:
        return CHECK.warned(_unknown(policy), ask)
    ages = [
        _age(facts, recent)
        for recent in facts.recent_orders
        if _is_same(facts.order, recent) and _is_near(facts, recent, policy)
    ]
    if ages:
        return CHECK.warned(_repeated(min(ages), policy), ask)
    return CHECK.passed(
        Finding(
            code=DenialCode.DUPLICATE_ORDER,
            message="No such order was placed a moment ago.",
            value=word("none"),
            limit=figure(policy.duplicate_window_seconds, Unit.SECONDS),
        )
    )


def _is_same(order: OrderFacts, recent: RecentOrder) -> bool:
    price = order.limit_price if order.limit_price is not None else order.stop_price
    mine = (order.quantity, order.notional, price)
    theirs = (recent.quantity, recent.notional, recent.price)
    return (
        (order.symbol, order.side) == (recent.symbol, recent.side)
        and recent.id != order.amends
        and [sound(value) for value in mine] == [sound(value) for value in theirs]
    )


def _is_near(facts: Facts, recent: RecentOrder, policy: Policy) -> bool:
    """Within the window, or unresolved: that one may still appear at the broker."""
    return recent.unresolved or _age(facts, recent) <= policy.duplicate_window_seconds


def _age(facts: Facts, recent: RecentOrder) -> Decimal:
    """Seconds since it was placed; one dated ahead of the clock counts as of now."""
    seconds = (facts.now - recent.placed_at).total_seconds()
    return max(Decimal(0), Decimal(str(seconds)))


def _repeated(age: Decimal, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.DUPLICATE_ORDER,
        message=(
            f"The same order was placed {shown(age, 1)} s ago. Confirm that you want a "
            "second one."
        ),
        value=figure(age, Unit.SECONDS),
        limit=figure(policy.duplicate_window_seconds, Unit.SECONDS),
    )


def _unknown(policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.DUPLICATE_UNKNOWN,
        message="Recent orders could not be read. Confirm that this is no repeat.",
        value=word("unknown"),
        limit=figure(policy.duplicate_window_seconds, Unit.SECONDS),
    )
