"""Check 43: nothing that adds risk while a cooling-off or a lock of one's own runs."""

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
from risk.facts.exposure import adds_risk


CHECK = Check(
    number=43,
    name="cooling_off",
    title="No cooling-off runs",
    way_out=WayOut.EXEMPT,
)
_WAY_OUT = "Closing, reducing, cancelling and tightening go as ever."


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    if not adds_risk(facts):
        return CHECK.exempt(DenialCode.BEHAVIOUR_COOLING_OFF)
    own = facts.behaviour
    if _runs(own.locked_until, facts.now):
        message = f"New orders are locked until your next session. {own.why} {_WAY_OUT}"
        return CHECK.blocked(
            _finding(
                DenialCode.BEHAVIOUR_LOCKED, message, _left(own.locked_until, facts.now)
            )
        )
    left = _left(own.cooling_until, facts.now)
    if not left:
        message = "Neither a cooling-off nor a lock runs."
        return CHECK.passed(_finding(DenialCode.BEHAVIOUR_COOLING_OFF, message, left))
    message = f"A cooling-off runs for new orders. {own.why} {_WAY_OUT}"
    return CHECK.blocked(_finding(DenialCode.BEHAVIOUR_COOLING_OFF, message, left))


def _runs(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _left(until: datetime | None, now: datetime) -> Decimal:
    """Seconds, 0 where it has run out."""
    if until is None or until <= now:
        return Decimal(0)
    return Decimal(str((until - now).total_seconds()))


def _finding(code: DenialCode, message: str, left: Decimal) -> Finding:
    value = figure(left, Unit.SECONDS) if left else word("none")
    return Finding(code=code, message=message, value=value, limit=word("none"))
