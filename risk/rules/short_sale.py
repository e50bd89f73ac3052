"""Check 32: what is sold short can be borrowed (Regulation SHO, Rule 203(b))."""

from __future__ import annotations

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Side,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import opening_units


CHECK = Check(
    number=32,
    name="short_sale",
    title="Can be sold short",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    if facts.order.side is Side.BUY or opening_units(facts) == 0:
        return CHECK.passed(_finding(DenialCode.SHORT_UNSUPPORTED, "Not a short sale."))
    if None in (facts.capabilities, facts.account.shorting_enabled, _shortable(facts)):
        message = "Whether this can be sold short is not known."
        return CHECK.blocked(_finding(DenialCode.SHORT_UNKNOWN, message))
    if facts.capabilities is None or not facts.capabilities.shorting:
        message = "This broker takes no short sales."
        return CHECK.blocked(_finding(DenialCode.SHORT_UNSUPPORTED, message))
    if not facts.account.shorting_enabled:
        message = (
            "Short selling is not enabled for this account. Ask the broker for it."
        )
        return CHECK.blocked(_finding(DenialCode.SHORT_UNSUPPORTED, message))
    return _borrow(facts)


def _shortable(facts: Facts) -> bool | None:
    return facts.instrument.shortable


def _borrow(facts: Facts) -> Verdict:
    symbol = facts.order.symbol
    if not facts.instrument.shortable:
        message = f"No {symbol} can be borrowed to sell short."
        return CHECK.blocked(_finding(DenialCode.SHORT_NOT_BORROWABLE, message))
    if facts.instrument.easy_to_borrow:
        message = f"{symbol} is easy to borrow."
        return CHECK.passed(_finding(DenialCode.SHORT_HARD_TO_BORROW, message))
    message = (
        f"{symbol} is not on the easy-to-borrow list: it may be refused or recalled."
    )
    finding = _finding(DenialCode.SHORT_HARD_TO_BORROW, message)
    return CHECK.warned(finding, Acknowledgement.CONFIRM)


_VALUES = {
    DenialCode.SHORT_UNKNOWN: "unknown",
    DenialCode.SHORT_UNSUPPORTED: "no short sales",
    DenialCode.SHORT_NOT_BORROWABLE: "cannot be borrowed",
    DenialCode.SHORT_HARD_TO_BORROW: "borrowing",
}


def _finding(code: DenialCode, message: str) -> Finding:
    return Finding(
        code=code,
        message=message,
        value=word(_VALUES[code]),
        limit=word("easy to borrow"),
    )
