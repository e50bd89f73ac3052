"""Check 40: what the trader approved is sent soon or not at all."""

from __future__ import annotations

from datetime import datetime
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
from risk.facts.exposure import is_reducing
from risk.facts.numbers import shown


CHECK = Check(
    number=40,
    name="approval",
    title="Approval is recent",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    approval = (facts.approved_at, facts.now)
    return judge(approval, policy, reducing=is_reducing(facts))


def judge(
    approval: tuple[datetime | None, datetime], policy: Policy, *, reducing: bool
) -> Verdict:
    """`approval` is when it was approved (None: not yet) and what time it is now."""
    approved_at, now = approval
    if approved_at is None:
        return CHECK.passed(_finding("Not approved yet.", None, policy))
    age = Decimal(str((now - approved_at).total_seconds()))
    if age <= policy.approval_age_seconds:
        return CHECK.passed(_finding("The approval is recent.", age, policy))
    message = (
        f"The order was approved {shown(age, 0)} s ago and has not left since. Review it "
        "again."
    )
    return CHECK.refused_unless(reducing, _finding(message, age, policy))


def _finding(message: str, age: Decimal | None, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.APPROVAL_EXPIRED,
        message=message,
        value=word("not approved") if age is None else figure(age, Unit.SECONDS),
        limit=figure(policy.approval_age_seconds, Unit.SECONDS),
    )
