"""Check 37: nothing new in a symbol while an order there is an open question: nobody
knows what became of it, or more was filled than was asked for.
"""

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
from risk.facts.exposure import (
    is_reducing,
    overfilled_in_symbol,
    unresolved_in_symbol,
)


CHECK = Check(
    number=37,
    name="unresolved",
    title="No order of unknown outcome",
    way_out=WayOut.TOLD,
)
NONE_ALLOWED = figure(Decimal(0), Unit.COUNT)
ALL_KNOWN = "The outcome of every order in this symbol is known."


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    reducing = is_reducing(facts)
    if facts.open_orders is None:
        return CHECK.refused_unless(reducing, _unknown())
    unresolved = unresolved_in_symbol(facts)
    if not reducing:
        return _of_new_risk(facts, unresolved)
    if not unresolved:
        return CHECK.passed(_finding(unresolved, ALL_KNOWN))
    if any(order.side is facts.order.side for order in unresolved):
        message = (
            "An exit of unknown outcome may be working already: together they could "
            "turn the position around. Confirm that you want out now."
        )
        return CHECK.warned(_finding(unresolved, message), Acknowledgement.CONFIRM)
    message = "The outcome of an order is being looked up; the position may change."
    return CHECK.warned(_finding(unresolved, message))


def _of_new_risk(facts: Facts, unresolved: tuple[OpenOrder, ...]) -> Verdict:
    if overfilled := overfilled_in_symbol(facts):
        message = (
            f"More was filled of an order in {facts.order.symbol} than was asked for. "
            "Nothing that adds risk there is sent until that is settled; reducing the "
            "position is possible meanwhile."
        )
        return CHECK.blocked(_finding(overfilled, message))
    if not unresolved:
        return CHECK.passed(_finding(unresolved, ALL_KNOWN))
    message = (
        f"The outcome of an order in {facts.order.symbol} is being looked up. Wait "
        "until it is settled; reducing the position is possible meanwhile."
    )
    return CHECK.blocked(_finding(unresolved, message))


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
