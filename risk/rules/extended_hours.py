"""Check 3: extended hours only for the types and times in force that allow it."""

from __future__ import annotations

from risk.facts import (
    CapabilityFacts,
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderClass,
    Policy,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=3,
    name="extended_hours",
    title="Extended hours are possible",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    if not facts.order.extended_hours:
        return CHECK.passed(_finding(facts, "Regular hours only.", "not asked for"))
    known = facts.capabilities
    if known is None:
        message = "Whether this broker trades in extended hours is not known."
        return CHECK.refused_unless(
            is_reducing(facts), _finding(facts, message, "known capabilities")
        )
    allowed = _allowed(known)
    if _fits(facts, known):
        message = f"{known.broker} takes this order in extended hours."
        return CHECK.passed(_finding(facts, message, allowed))
    message = (
        f"{known.broker} takes in extended hours only: {allowed}. Change the order or "
        "switch extended hours off."
    )
    return CHECK.blocked(_finding(facts, message, allowed))


def _fits(facts: Facts, known: CapabilityFacts) -> bool:
    return (
        facts.order.type in known.extended_hours_types
        and facts.order.time_in_force in known.extended_hours_times_in_force
        and facts.order.order_class is OrderClass.SIMPLE
    )


def _allowed(known: CapabilityFacts) -> str:
    types = ", ".join(sorted(known.extended_hours_types)) or "nothing"
    times = ", ".join(sorted(known.extended_hours_times_in_force))
    return f"{types} with {times} and no attached exits" if times else types


def _finding(facts: Facts, message: str, limit: str) -> Finding:
    asked = f"{facts.order.type.value} {facts.order.time_in_force.value}"
    return Finding(
        code=DenialCode.ORDER_EXTENDED_UNSUPPORTED,
        message=message,
        value=word(asked),
        limit=word(limit),
    )
