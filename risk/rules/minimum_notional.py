"""Check 4: the order is not smaller than the broker takes."""

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
from risk.facts.exposure import is_reducing
from risk.facts.numbers import shown
from risk.facts.prices import order_value


CHECK = Check(
    number=4,
    name="minimum_notional",
    title="Order is large enough",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    value = order_value(facts, policy)
    minimum = (
        None if facts.capabilities is None else facts.capabilities.minimum_notional
    )
    if value is None or minimum is None:
        message = "The order's value cannot be told. It needs a price to go by."
        finding = _finding(
            DenialCode.NOTIONAL_UNKNOWN, message, value=value, minimum=minimum
        )
        return CHECK.refused_unless(is_reducing(facts), finding)
    if value < minimum:
        message = f"The broker takes no order below {shown(minimum)}. Make it larger."
        finding = _finding(
            DenialCode.NOTIONAL_MINIMUM, message, value=value, minimum=minimum
        )
        return CHECK.refused_unless(is_reducing(facts), finding)
    message = "The order is large enough."
    return CHECK.passed(
        _finding(DenialCode.NOTIONAL_MINIMUM, message, value=value, minimum=minimum)
    )


def _finding(
    code: DenialCode,
    message: str,
    *,
    value: Decimal | None,
    minimum: Decimal | None,
) -> Finding:
    return Finding(
        code=code,
        message=message,
        value=figure(value, Unit.MONEY),
        limit=figure(minimum, Unit.MONEY),
    )
