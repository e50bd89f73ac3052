"""Check 3: the broker takes this type of order."""

from __future__ import annotations

from risk.facts import Check, DenialCode, Facts, Finding, Policy, Verdict, WayOut, word
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=3,
    name="order_type",
    title="Broker takes this order type",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    known = facts.capabilities
    if known is None:
        message = "What this broker can do is not known."
        finding = _finding(facts, message, "known capabilities")
        return CHECK.refused_unless(is_reducing(facts), finding)
    allowed = ", ".join(sorted(known.order_types))
    if facts.order.type not in known.order_types:
        message = f"{known.broker} takes no {facts.order.type.value} orders: use one of {allowed}."
        return CHECK.blocked(_finding(facts, message, allowed))
    message = f"{known.broker} takes {facts.order.type.value} orders."
    return CHECK.passed(_finding(facts, message, allowed))


def _finding(facts: Facts, message: str, allowed: str) -> Finding:
    unknown = facts.capabilities is None
    return Finding(
        code=DenialCode.ORDER_CAPABILITIES_UNKNOWN
        if unknown
        else DenialCode.ORDER_TYPE_UNSUPPORTED,
        message=message,
        value=word(facts.order.type.value),
        limit=word(allowed),
    )
