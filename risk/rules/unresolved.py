"""Check 37: nothing new in a symbol while nobody knows what became of an order there."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Finding,
    OpenOrder,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing, unresolved_in_symbol


CHECK = Check(
    number=37,
    name="unresolved",
    title="No order of unknown outcome",
    way_out=WayOut.TOLD,
)
NONE_ALLOWED = figure(Decimal(0), Unit.COUNT)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    reducing = is_reducing(facts)
    if facts.open_orders is None:
        return CHECK.refused_unless(reducing, _unknown())
    unresolved = unresolved_in_symbol(facts)
    if not unresolved:
        message = "The outcome of every order in this symbol is known."
        return CHECK.passed(_finding(unresolved, message))
    if not reducing:
        message = (
            f"The outcome of an order in {facts.order.symbol} is being looked up. Wait "
            "until it is settled; reducing the position is possible meanwhile."
        )
        return CHECK.blocked(_finding(unresolved, message))
    if any(order.side is facts.order.side for order in unresolved):
        message = (
            "An exit of unknown outcome may be working already: together they could "
            "turn the position around. Confirm that you want out now."
        )
        return CHECK.warned(_finding(unresolved, message), Acknowledgement.CONFIRM)
    message = "The outcome of an order is being looked up; the position may change."
    return CHECK.warned(_finding(unresolved, message))


def _unknown() -> Finding:
    return Finding(
        code=DenialCode.UNRESOLVED_UNKNOWN,
        message="The open orders could not be read. Try again in a moment.",
        value=word("unknown"),
        limit=NONE_ALLOWED,
    )


def _finding(unresolved: tuple[OpenOrder, ...], message: str) -> Finding:
    return Finding(
        code=DenialCode.UNRESOLVED_ORDER,
        message=message,
        value=figure(Decimal(len(unresolved)), Unit.COUNT),
        limit=NONE_ALLOWED,
    )
