"""Everything that changes or asks the desk's risk state.

The one lock order: account, order, command, then a scope's state row (the lock of all
that is set for that scope), grant, decision, and the head of the audit chain last.
"""

from __future__ import annotations

from risk.selectors import (
    behaviour_of,
    decisions_on,
    effective_policy,
    latest_policy,
    newest_policies,
    policy_of,
    questions_of,
    scope_state,
    state_history,
    trading_state,
    trading_states,
)
from risk.services.authority import StepUp
from risk.services.behaviour import write_behaviour
from risk.services.decisions import denial_payload, record_decision
from risk.services.policies import PolicyChange, policy_digest, set_policy
from risk.services.states import (
    StateResult,
    engage_kill_switch,
    loosen_trading_state,
    release_digest,
    release_kill_switch,
    set_trading_state,
    state_digest,
)


__all__ = [
    "PolicyChange",
    "StateResult",
    "StepUp",
    "behaviour_of",
    "decisions_on",
    "denial_payload",
    "effective_policy",
    "engage_kill_switch",
    "latest_policy",
    "loosen_trading_state",
    "newest_policies",
    "policy_digest",
    "policy_of",
    "questions_of",
    "record_decision",
    "release_digest",
    "release_kill_switch",
    "scope_state",
    "set_policy",
    "set_trading_state",
    "state_digest",
    "state_history",
    "trading_state",
    "trading_states",
    "write_behaviour",
]
