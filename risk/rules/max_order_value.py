"""Check 7: not worth more than the policy allows."""

from __future__ import annotations

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.ceilings import Ceiling, graded
from risk.facts.exposure import is_reducing
from risk.facts.prices import order_value


CHECK = Check(
    number=7,
    name="max_order_value",
    title="Order value is within the limit",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if is_reducing(facts):
        return CHECK.exempt(DenialCode.VALUE_LIMIT)
    value = order_value(facts, policy)
    if value is None:
        return CHECK.blocked(_unknown(policy))
    ceiling = Ceiling(
        code=DenialCode.VALUE_LIMIT,
        unit=Unit.MONEY,
        subject="The order's value",
        remedy="Make the order smaller.",
        warn=policy.max_order_value_warn,
        block=policy.max_order_value_block,
    )
    return graded(CHECK, ceiling, value)


def _unknown(policy: Policy) -> Finding:
    limit = policy.max_order_value_block
    return Finding(
        code=DenialCode.VALUE_UNKNOWN,
        message="The order's value is not known: there is no price to go by. Wait for "
        "a fresh quote or give a limit price.",
        value=word("unknown"),
        limit=word("no limit") if limit is None else figure(limit, Unit.MONEY),
    )
