"""Check 42: trading is not reduced or halted for the desk, the user or the account."""

from __future__ import annotations

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    StateFacts,
    TradingState,
    Verdict,
    WayOut,
    word,
)
from risk.facts.exposure import is_reducing


CHECK = Check(
    number=42,
    name="trading_state",
    title="Trading is not halted",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    return judge(facts.states, reducing=is_reducing(facts))


def judge(states: StateFacts, *, reducing: bool) -> Verdict:
    """The same question without an order, for the moment before a send."""
    state = states.strictest
    if state is TradingState.ACTIVE:
        message = "Trading is active."
        return CHECK.passed(_finding(DenialCode.STATE_HALTED, message, state))
    return CHECK.refused_unless(reducing, _problem(states))


def _problem(states: StateFacts) -> Finding:
    state = states.strictest
    if state is None:
        message = "Whether trading is halted could not be read."
        return _finding(DenialCode.STATE_UNKNOWN, message, state)
    where = _where(states, state)
    if state is TradingState.HALTED:
        message = (
            f"Trading is halted for {where}. Only orders that reduce a position go."
        )
        return _finding(DenialCode.STATE_HALTED, message, state)
    message = f"Only orders that reduce a position go for {where}."
    return _finding(DenialCode.STATE_REDUCING, message, state)


def _where(states: StateFacts, state: TradingState) -> str:
    named = (
        ("the desk", states.desk),
        ("this user", states.user),
        ("this account", states.account),
    )
    return " and ".join(name for name, own in named if own is state)


def _finding(code: DenialCode, message: str, state: TradingState | None) -> Finding:
    return Finding(
        code=code,
        message=message,
        value=word("unknown" if state is None else state.value),
        limit=word(TradingState.ACTIVE.value),
    )
