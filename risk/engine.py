"""Evaluates every rule and returns every verdict, not only the first denial.

Drafting, confirming and amending all run the same rules; an amend names the order that
it replaces in `OrderFacts.amends`. `before_send` asks again, after the worker took the
command from its queue, only what may have changed since and must stop a send.
"""

from __future__ import annotations

from decimal import localcontext
from typing import Protocol

from risk.facts import (
    Assessment,
    Check,
    Facts,
    Outcome,
    Policy,
    SendFacts,
    Verdict,
)
from risk.facts.exposure import is_reducing, worst_notional
from risk.facts.numbers import EXACT
from risk.rules import (
    account,
    account_mode,
    approval,
    averaging_down,
    buying_power,
    collar,
    cooling_off,
    duplicate,
    exit_sides,
    extended_hours,
    instrument,
    max_order_value,
    max_quantity,
    minimum_notional,
    order_class,
    order_type,
    own_behaviour,
    position,
    prices,
    quantity,
    quote,
    self_trade,
    session,
    short_sale,
    spread,
    stop_required,
    stop_side,
    stop_widening,
    tick,
    time_in_force,
    trade_risk,
    trading_state,
    unresolved,
)


class Rule(Protocol):
    """What a module of `risk.rules` offers."""

    CHECK: Check

    def evaluate(self, facts: Facts, policy: Policy, /) -> Verdict: ...


# In the order in which a page lists them; every rule of the desk is on this screen.
RULES: tuple[Rule, ...] = (
    trading_state,
    account,
    account_mode,
    instrument,
    session,
    order_type,
    time_in_force,
    order_class,
    extended_hours,
    quantity,
    minimum_notional,
    prices,
    tick,
    max_quantity,
    max_order_value,
    quote,
    spread,
    collar,
    stop_side,
    exit_sides,
    buying_power,
    trade_risk,
    stop_required,
    position,
    short_sale,
    self_trade,
    unresolved,
    duplicate,
    approval,
    cooling_off,
    averaging_down,
    stop_widening,
    own_behaviour,
)
_ORDER = {Outcome.BLOCK: 0, Outcome.WARN: 1, Outcome.PASS: 2}


def evaluate(facts: Facts, policy: Policy) -> Assessment:
    """Every verdict on the order: blocks, then warnings, then passes."""
    with localcontext(EXACT):
        verdicts = [rule.evaluate(facts, policy) for rule in RULES]
        return Assessment(
            verdicts=_sorted(verdicts),
            reducing=is_reducing(facts),
            policy_versions=policy.versions,
            worst_notional=worst_notional(facts, policy),
        )


def before_send(facts: SendFacts, policy: Policy | None = None) -> tuple[Verdict, ...]:
    """Trading state, account and mode, once more: blocks, then warnings, then passes.

    With a policy also the age of the approval, for callers without a send window.
    """
    verdicts = [
        trading_state.judge(facts.states, reducing=facts.reducing),
        account.judge(facts.account, reducing=facts.reducing),
        account_mode.judge(facts.expected_mode, facts.account.mode),
    ]
    if policy is not None:
        approved = (facts.approved_at, facts.now)
        verdicts.append(approval.judge(approved, policy, reducing=facts.reducing))
    return _sorted(verdicts)


def _sorted(verdicts: list[Verdict]) -> tuple[Verdict, ...]:
    return tuple(sorted(verdicts, key=lambda verdict: _ORDER[verdict.outcome]))
