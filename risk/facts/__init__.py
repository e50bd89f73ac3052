"""What a risk rule may know and say: pure data, no Django, no clock.

The principle behind every rule: *unknown fails closed for what adds risk, and unknown
never stands in the way out of a position*. What the venue would certainly refuse is
blocked for both, with words that name what to do instead.
"""

from __future__ import annotations

from risk.facts.behaviour import BehaviourFacts, ChaseFacts, Signal
from risk.facts.known import (
    AccountFacts,
    CapabilityFacts,
    CostFacts,
    Facts,
    InstrumentFacts,
    OpenOrder,
    OrderFacts,
    PositionFacts,
    QuoteFacts,
    RecentOrder,
    SendFacts,
    StateFacts,
    VenueFacts,
)
from risk.facts.policy import (
    LIMITS,
    OPTIONAL_LIMITS,
    Limit,
    Policy,
    is_looser,
    stricter_limit,
    tightened,
)
from risk.facts.verdicts import (
    Assessment,
    Check,
    Figure,
    Finding,
    Verdict,
    figure,
    word,
)
from risk.facts.words import (
    AccountMode,
    AccountStatus,
    Acknowledgement,
    DenialCode,
    Intent,
    OrderClass,
    OrderType,
    Outcome,
    Phase,
    Scope,
    Session,
    Side,
    TimeInForce,
    TradingState,
    Unit,
    WayOut,
)


__all__ = [
    "LIMITS",
    "OPTIONAL_LIMITS",
    "AccountFacts",
    "AccountMode",
    "AccountStatus",
    "Acknowledgement",
    "Assessment",
    "BehaviourFacts",
    "CapabilityFacts",
    "ChaseFacts",
    "Check",
    "CostFacts",
    "DenialCode",
    "Facts",
    "Figure",
    "Finding",
    "InstrumentFacts",
    "Intent",
    "Limit",
    "OpenOrder",
    "OrderClass",
    "OrderFacts",
    "OrderType",
    "Outcome",
    "Phase",
    "Policy",
    "PositionFacts",
    "QuoteFacts",
    "RecentOrder",
    "Scope",
    "SendFacts",
    "Session",
    "Side",
    "Signal",
    "StateFacts",
    "TimeInForce",
    "TradingState",
    "Unit",
    "VenueFacts",
    "Verdict",
    "WayOut",
    "figure",
    "is_looser",
    "stricter_limit",
    "tightened",
    "word",
]
