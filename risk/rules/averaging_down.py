"""Check 44: nothing is added to a position that has nearly lost its planned risk."""

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
    word,
)
from risk.facts.exposure import adds_risk
from risk.facts.numbers import shown
from risk.facts.open_result import adds_to_position, open_r


CHECK = Check(
    number=44,
    name="averaging_down",
    title="Does not average down",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if not adds_risk(facts):
        return CHECK.exempt(DenialCode.BEHAVIOUR_AVERAGING_DOWN)
    result = open_r(facts) if adds_to_position(facts) else None
    if result is None:
        message = "The order adds to no position with a planned risk."
        return CHECK.passed(_finding(message, None, policy))
    if result >= -policy.averaging_block_r:
        message = "The position is not so far behind that nothing may be added."
        return CHECK.passed(_finding(message, result, policy))
    message = (
        f"The position stands at {shown(result)} R: its stop is close, and adding now "
        "doubles a losing trade. Let the stop do its work, or close it."
    )
    return CHECK.blocked(_finding(message, result, policy))


def _finding(message: str, result: Decimal | None, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.BEHAVIOUR_AVERAGING_DOWN,
        message=message,
        value=word("no position") if result is None else figure(result, Unit.R),
        limit=figure(-policy.averaging_block_r, Unit.R),
    )
