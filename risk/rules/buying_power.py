"""Check 12: the account can pay for it, with everything that is already on its way."""

from __future__ import annotations

from decimal import Decimal

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
)
from risk.facts.exposure import free_buying_power, is_reducing, worst_notional
from risk.facts.numbers import shown


CHECK = Check(
    number=12,
    name="buying_power",
    title="Buying power is enough",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if is_reducing(facts):
        return CHECK.exempt(DenialCode.BUYING_POWER_EXCEEDED)
    needed, free = worst_notional(facts, policy), free_buying_power(facts)
    if needed is None or free is None:
        return CHECK.blocked(_unknown(needed, free))
    if needed > free:
        return CHECK.blocked(_exceeded(needed, free))
    message = f"{shown(free - needed)} would be left."
    return CHECK.passed(_finding(message, needed, free))


def _exceeded(needed: Decimal, free: Decimal) -> Finding:
    message = (
        f"The order could use {shown(needed)}; {shown(free)} is free after what open "
        "and unresolved orders hold. Make it smaller or cancel something."
    )
    return _finding(message, needed, free)


def _unknown(needed: Decimal | None, free: Decimal | None) -> Finding:
    what = "What this order costs" if needed is None else "The free buying power"
    return Finding(
        code=DenialCode.BUYING_POWER_UNKNOWN,
        message=f"{what} is not known. Wait for a fresh quote and account figures.",
        value=figure(needed, Unit.MONEY),
        limit=figure(free, Unit.MONEY),
    )


def _finding(message: str, needed: Decimal, free: Decimal) -> Finding:
    return Finding(
        code=DenialCode.BUYING_POWER_EXCEEDED,
        message=message,
        value=figure(needed, Unit.MONEY),
        limit=figure(free, Unit.MONEY),
    )
