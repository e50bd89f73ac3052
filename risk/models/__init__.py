"""Rows of the risk app: trading states, policy versions, decisions, behaviour.

Accounts and orders are known by plain numbers: risk never looks at a broker.
"""

from __future__ import annotations

from risk.models.behaviour import BehaviourState
from risk.models.decision import Decision
from risk.models.policy import PolicyVersion
from risk.models.state import ScopeState, StateChange


__all__ = [
    "BehaviourState",
    "Decision",
    "PolicyVersion",
    "ScopeState",
    "StateChange",
]
