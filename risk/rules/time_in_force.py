"""Check 3: the broker takes this time in force with the order's type and class."""

from __future__ import annotations

from collections.abc import Iterable

from risk.facts import (
    CapabilityFacts,
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderClass,
    Policy,
    TimeInForce,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=3,
    name="time_in_force",
    title="Broker takes this time in force",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    known, wanted = facts.capabilities, facts.order.time_in_force
    if known is None:
        return CHECK.refused_unless(is_reducing(facts), _unknown(wanted))
    allowed, simple = _allowed(facts, known), _is_simple(facts)
    kind = facts.order.type.value.replace("_", " ")
    if not simple:
        kind = f"{facts.order.order_class.value} {kind}"
    taken = wanted in allowed
    finding = Finding(
        code=DenialCode.ORDER_TIF_UNSUPPORTED
        if simple
        else DenialCode.ORDER_CLASS_TIF_UNSUPPORTED,
        message=f"{known.broker} takes {wanted.value} for {kind} orders."
        if taken
        else f"{known.broker} does not take {wanted.value} for {kind} orders: use one "
        f"of {_words(allowed)}.",
        value=word(wanted.value),
        limit=word(_words(allowed)),
    )
    return CHECK.passed(finding) if taken else CHECK.blocked(finding)


def _is_simple(facts: Facts) -> bool:
    return facts.order.order_class is OrderClass.SIMPLE


def _allowed(facts: Facts, known: CapabilityFacts) -> frozenset[TimeInForce]:
    allowed = known.times_in_force
    if facts.order.type not in known.restricted_types:
        allowed -= known.restricted_times_in_force
    if _is_simple(facts):
        return allowed
    return allowed & known.class_times_in_force


def _unknown(wanted: TimeInForce) -> Finding:
    return Finding(
        code=DenialCode.ORDER_CAPABILITIES_UNKNOWN,
        message="What this broker can do is not known.",
        value=word(wanted.value),
        limit=word("known capabilities"),
    )


def _words(allowed: Iterable[TimeInForce]) -> str:
    return ", ".join(sorted(allowed)) or "none"
