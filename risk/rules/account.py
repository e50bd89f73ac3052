"""Check 43: the account is the user's own and may trade."""

from __future__ import annotations

from risk.facts import (
    AccountFacts,
    AccountStatus,
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=43,
    name="account",
    title="Account may trade",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    return judge(facts.account, reducing=is_reducing(facts))


def judge(account: AccountFacts, *, reducing: bool) -> Verdict:
    """Another's account is never traded; a restriction leaves the way out open."""
    if not account.owned_by_user:
        message = "This account does not belong to you."
        return CHECK.blocked(
            _finding(DenialCode.ACCOUNT_NOT_OWNED, message, "not the owner")
        )
    if account.status is AccountStatus.ACTIVE:
        message = "The account may trade."
        return CHECK.passed(_finding(DenialCode.ACCOUNT_BLOCKED, message, "active"))
    return CHECK.refused_unless(reducing, _problem(account.status))


def _problem(status: AccountStatus | None) -> Finding:
    if status is None:
        message = "The account's status is not known. Test the connection."
        return _finding(DenialCode.ACCOUNT_UNKNOWN, message, "unknown")
    message = (
        "The broker lets this account only close positions."
        if status is AccountStatus.CLOSING_ONLY
        else "The broker has blocked trading for this account. Ask the broker why."
    )
    return _finding(DenialCode.ACCOUNT_BLOCKED, message, status.value)


def _finding(code: DenialCode, message: str, value: str) -> Finding:
    return Finding(code=code, message=message, value=word(value), limit=word("active"))
