"""Check 8: attached exits lie on their own side of the entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderClass,
    OrderFacts,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import exact, positive
from risk.facts.prices import current_market, entry_price


CHECK = Check(
    number=8,
    name="exit_sides",
    title="Stop and target lie on the right side",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    exits = tuple(_exits(facts.order))
    if not exits:
        return CHECK.passed(_finding("No exits are attached."))
    reference = _reference(facts, policy)
    if reference is None:
        return CHECK.refused_unless(is_reducing(facts), _unknown(exits[0][1]))
    wrong = [
        _wrong(name, price, sign=sign, reference=reference)
        for name, price, sign in exits
        if sign * (price - reference) <= 0
    ]
    if wrong:  # refused for an exit order as well: it would trade at once
        message = " ".join(finding.message for finding in wrong)
        return CHECK.blocked(replace(wrong[0], message=message))
    message = f"Stop and target lie around {exact(reference)}."
    return CHECK.passed(_finding(message, exits[0][1], reference))


def _position_sign(order: OrderFacts) -> int:
    """+1 when the exits protect a long position; an OCO is the exit itself."""
    return -order.side.sign if order.order_class is OrderClass.OCO else order.side.sign


def _exits(order: OrderFacts) -> Iterator[tuple[str, Decimal, int]]:
    """Name, price and the side of the entry (+1 above) of each attached exit."""
    sign = _position_sign(order)
    target, stop = positive(order.take_profit_price), positive(order.stop_loss_price)
    if target is not None:
        yield "target", target, sign
    if stop is not None:
        yield "stop", stop, -sign


def _reference(facts: Facts, policy: Policy) -> Decimal | None:
    market = current_market(facts, policy)
    if facts.order.order_class is OrderClass.OCO:
        return None if market is None else market.middle
    return entry_price(facts, market)


def _wrong(name: str, price: Decimal, *, sign: int, reference: Decimal) -> Finding:
    side = "above" if sign > 0 else "below"
    message = (
        f"The {name} {exact(price)} must lie {side} the entry at {exact(reference)}, or "
        f"it would trade at once. Move it {side}."
    )
    return _finding(message, price, reference)


def _unknown(price: Decimal) -> Finding:
    return Finding(
        code=DenialCode.EXIT_SIDE_UNKNOWN,
        message="On which side of the entry the exits lie cannot be told without a "
        "fresh quote. Wait for one.",
        value=figure(price, Unit.PRICE),
        limit=word("a fresh quote"),
    )


def _finding(
    message: str, price: Decimal | None = None, reference: Decimal | None = None
) -> Finding:
    return Finding(
        code=DenialCode.EXIT_WRONG_SIDE,
        message=message,
        value=word("no exits") if price is None else figure(price, Unit.PRICE),
        limit=word("not needed")
        if reference is None
        else figure(reference, Unit.PRICE),
    )
