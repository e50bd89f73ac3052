"""Check 41: the account trades in the mode that the page showed."""

from __future__ import annotations

from risk.facts import (
    AccountMode,
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Verdict,
    WayOut,
    word,
)


CHECK = Check(
    number=41,
    name="account_mode",
    title="Account mode is as shown",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    return judge(facts.order.expected_mode, facts.account.mode)


def judge(expected: AccountMode | None, actual: AccountMode | None) -> Verdict:
    """No exception for a reducing order: it would close the wrong position."""
    finding = Finding(
        code=DenialCode.MODE_MISMATCH,
        message=_message(expected, actual),
        value=word("unknown" if actual is None else actual.value),
        limit=word("unknown" if expected is None else expected.value),
    )
    if expected is None or actual is not expected:
        return CHECK.blocked(finding)
    return CHECK.passed(finding)


def _message(expected: AccountMode | None, actual: AccountMode | None) -> str:
    if expected is None or actual is None:
        return "Whether this account is live or paper is not known. Reload the page."
    if expected is actual:
        return f"The account is {actual.value}, as shown."
    return (
        f"The page showed {expected.value} but the account is {actual.value}. Reload "
        "the page and check."
    )
