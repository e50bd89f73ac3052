"""Check 23: an order that opens a position brings its stop, or a reason why not."""

from __future__ import annotations

from risk.facts import (
    Acknowledgement,
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
from risk.facts.exposure import is_reducing
from risk.facts.numbers import positive


CHECK = Check(
    number=23,
    name="stop_required",
    title="A stop is attached",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if is_reducing(facts):
        return CHECK.exempt(DenialCode.STOP_REQUIRED)
    stop = positive(facts.order.stop_loss_price)
    required = word("required" if policy.stop_required else "not required")
    if stop is not None:
        message, value = "A stop is attached.", figure(stop, Unit.PRICE)
    else:
        message, value = "No stop is attached.", word("no stop")
    finding = Finding(
        code=DenialCode.STOP_REQUIRED, message=message, value=value, limit=required
    )
    if stop is not None or not policy.stop_required:
        return CHECK.passed(finding)
    return CHECK.warned(_missing(finding), Acknowledgement.REASON)


def _missing(finding: Finding) -> Finding:
    return Finding(
        code=finding.code,
        message="No stop is attached. Attach one, or write down why this trade has none.",
        value=finding.value,
        limit=finding.limit,
    )
