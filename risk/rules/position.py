"""Check 37: an order never turns a position around unless it says so."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    Intent,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import holding, opposes_position, reserved_units
from risk.facts.numbers import exact
from risk.facts.prices import order_units


CHECK = Check(
    number=37,
    name="position",
    title="Does not turn the position around",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    """Blocks what exceeds the position, for closing orders too: with words for less."""
    held = holding(facts)
    if held is None:
        return CHECK.blocked(_unknown("The position is not known. Wait for it."))
    if not opposes_position(facts):
        return _adding(facts, held)
    units = order_units(facts, policy)
    if units is None:
        message = "How many units this trades is not known. Give a quantity."
        return CHECK.blocked(_unknown(message))
    return _against(facts, units, held=abs(held))


def _adding(facts: Facts, held: Decimal) -> Verdict:
    if facts.order.intent is Intent.CLOSE:
        message = (
            f"There is nothing to {facts.order.side.value} to close: the position is "
            f"{exact(held)}."
        )
        finding = _finding(facts, DenialCode.POSITION_NOT_REDUCED, message, limit=held)
        return CHECK.blocked(finding)
    message = "The order does not go against the position."
    return CHECK.passed(_finding(facts, DenialCode.POSITION_FLIP, message, limit=held))


def _against(facts: Facts, units: Decimal, *, held: Decimal) -> Verdict:
    free = held - reserved_units(facts)
    if facts.order.intent is Intent.REVERSE and free == held:
        message = "The order reverses the position, as asked."
        return CHECK.passed(
            _finding(facts, DenialCode.POSITION_FLIP, message, limit=held)
        )
    if units > held and facts.order.intent is not Intent.REVERSE:
        finding = _finding(facts, DenialCode.POSITION_FLIP, _flip(held), limit=held)
        return CHECK.blocked(finding)
    if units > free:
        message = _reserved(held - free, free)
        finding = _finding(facts, DenialCode.POSITION_RESERVED, message, limit=free)
        return CHECK.blocked(finding)
    message = f"The order stays within the {exact(free)} units that are free to close."
    return CHECK.passed(_finding(facts, DenialCode.POSITION_FLIP, message, limit=free))


def _flip(held: Decimal) -> str:
    return (
        f"This would go through zero and open the opposite position. Close at most "
        f"{exact(held)}, or choose Reverse."
    )


def _reserved(reserved: Decimal, free: Decimal) -> str:
    return (
        f"{exact(reserved)} units are held by working exits, so {exact(free)} are free "
        "to close. Cancel or amend those exits first."
    )


def _unknown(message: str) -> Finding:
    return Finding(
        code=DenialCode.POSITION_UNKNOWN,
        message=message,
        value=word("unknown"),
        limit=word("a known position"),
    )


def _finding(
    facts: Facts, code: DenialCode, message: str, *, limit: Decimal
) -> Finding:
    if facts.order.quantity is None:
        value = figure(facts.order.notional, Unit.MONEY)
    else:
        value = figure(facts.order.quantity, Unit.QUANTITY)
    return Finding(
        code=code, message=message, value=value, limit=figure(limit, Unit.QUANTITY)
    )
