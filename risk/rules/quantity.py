"""Check 4: a positive quantity in whole lots, or a fraction where one is taken."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    CapabilityFacts,
    Check,
    DenialCode,
    Facts,
    Figure,
    Finding,
    OrderClass,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import exact, floor_to, is_multiple, positive


CHECK = Check(
    number=4,
    name="quantity",
    title="Quantity is possible",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    order = facts.order
    if (order.quantity is None) == (order.notional is None):
        return CHECK.blocked(_invalid(facts, "Give either a quantity or an amount."))
    if positive(order.quantity if order.notional is None else order.notional) is None:
        message = "The quantity must be a number above 0."
        return CHECK.blocked(_invalid(facts, message))
    return _notional(facts) if order.quantity is None else _units(facts, order.quantity)


def _units(facts: Facts, quantity: Decimal) -> Verdict:
    lot = positive(facts.instrument.lot)
    if lot is None:
        message = f"The lot size of {facts.order.symbol} is not known."
        finding = _finding(facts, DenialCode.QUANTITY_RULES_UNKNOWN, message)
        return CHECK.refused_unless(is_reducing(facts), finding)
    if is_multiple(quantity, lot):
        message = f"{exact(quantity)} is a whole number of lots."
        finding = _finding(facts, DenialCode.QUANTITY_LOT, message, step=lot)
        return CHECK.passed(finding)
    return _fraction(facts, quantity, lot)


def _fraction(facts: Facts, quantity: Decimal, lot: Decimal) -> Verdict:
    """A fraction of a lot: says what stands in its way, and the whole lots below."""
    whole = floor_to(quantity, lot)
    problem = _no_fraction(facts)
    if problem:
        message = f"{problem} Use {exact(whole)} or {exact(whole + lot)}."
        code = (
            DenialCode.QUANTITY_FRACTIONAL
            if facts.instrument.fractionable
            else DenialCode.QUANTITY_LOT
        )
        return CHECK.blocked(_finding(facts, code, message, step=lot))
    decimals = (
        0 if facts.capabilities is None else facts.capabilities.fractional_decimals
    )
    step, code = Decimal(1).scaleb(-decimals), DenialCode.QUANTITY_FRACTIONAL
    if is_multiple(quantity, step):
        message = "The broker takes this fraction."
        return CHECK.passed(_finding(facts, code, message, step=step))
    nearest = exact(floor_to(quantity, step))
    message = f"Fractions have at most {decimals} decimals: use {nearest}."
    return CHECK.blocked(_finding(facts, code, message, step=step))


def _no_fraction(facts: Facts) -> str:
    """Why no fraction is possible here; empty when it is."""
    known, order = facts.capabilities, facts.order
    if known is None or not facts.instrument.fractionable:
        return f"{order.symbol} is traded in whole lots only."
    if not _takes_fraction(facts, known):
        types = ", ".join(sorted(known.fractional_types)) or "no"
        times = ", ".join(sorted(known.fractional_times_in_force))
        return (
            f"{known.broker} takes fractions only for {types} orders with {times} and "
            "no attached stop or target."
        )
    return ""


def _takes_fraction(facts: Facts, known: CapabilityFacts) -> bool:
    return (
        facts.order.type in known.fractional_types
        and facts.order.time_in_force in known.fractional_times_in_force
        and facts.order.order_class is OrderClass.SIMPLE
    )


def _notional(facts: Facts) -> Verdict:
    known = facts.capabilities
    if known is None:
        message = "Whether this broker takes amounts is not known. Give a quantity."
        return CHECK.blocked(_finding(facts, DenialCode.QUANTITY_NOTIONAL, message))
    if not known.notional or _no_fraction(facts):
        message = (
            f"{known.broker} takes no amount of money for this order. "
            f"{_no_fraction(facts)} Give a quantity in units."
        )
        return CHECK.blocked(_finding(facts, DenialCode.QUANTITY_NOTIONAL, message))
    message = "The broker takes an amount of money for this order."
    return CHECK.passed(_finding(facts, DenialCode.QUANTITY_NOTIONAL, message))


def _invalid(facts: Facts, message: str) -> Finding:
    return _finding(facts, DenialCode.QUANTITY_INVALID, message)


def _finding(
    facts: Facts, code: DenialCode, message: str, *, step: Decimal | None = None
) -> Finding:
    limit = word("a number above 0") if step is None else figure(step, Unit.QUANTITY)
    return Finding(code=code, message=message, value=_value(facts), limit=limit)


def _value(facts: Facts) -> Figure:
    if facts.order.notional is not None:
        return figure(facts.order.notional, Unit.MONEY)
    return figure(facts.order.quantity, Unit.QUANTITY)
