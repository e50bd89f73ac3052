"""Rows and invariants of the trading journal."""

from __future__ import annotations

from journal.models.plan import (
    Drill,
    OrderPlan,
    Plan,
    PlanVersion,
    WorstCaseCard,
)
from journal.models.playbook import MissedTrade, Playbook, PlaybookVersion


__all__ = [
    "Drill",
    "MissedTrade",
    "OrderPlan",
    "Plan",
    "PlanVersion",
    "Playbook",
    "PlaybookVersion",
    "WorstCaseCard",
]
