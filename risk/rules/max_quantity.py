"""Check 6: not more units than the policy allows."""

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
from risk.facts.prices import order_units


CHECK = Check(
    number=6,
    name="max_quantity",
    title="Quantity is within the limit",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if is_reducing(facts):
        return CHECK.exempt(DenialCode.QUANTITY_LIMIT)
    units = order_units(facts, policy)
    if units is None:
        return CHECK.blocked(_unknown(policy))
    ceiling = Ceiling(
        code=DenialCode.QUANTITY_LIMIT,
        unit=Unit.QUANTITY,
        subject="The quantity",
        remedy="Make the order smaller.",
        warn=policy.max_quantity_warn,
        block=policy.max_quantity_block,
    )
    return graded(CHECK, ceiling, units)


def _unknown(policy: Policy) -> Finding:
    limit = policy.max_quantity_block
    return Finding(
        code=DenialCode.QUANTITY_UNKNOWN,
        message="How many units this trades is not known. Give a quantity.",
        value=word("unknown"),
        limit=word("no limit") if limit is None else figure(limit, Unit.QUANTITY),
    )
