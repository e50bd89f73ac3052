"""Keeping what the rules said, whatever they said."""

from __future__ import annotations

from datetime import datetime

from risk.facts import Assessment, Phase
from risk.facts.plain import plain_verdict
from risk.models import Decision
from tradedesk.writes import insert


def record_decision(
    *,
    order_id: int,
    user_id: int,
    account_id: int,
    assessment: Assessment,
    phase: Phase,
    now: datetime,
) -> Decision:
    """Keep every verdict, passes too, in the caller's transaction.

    The caller's audit entry is written after it and may carry `denial_payload`.
    """
    decision = Decision(
        order_id=order_id,
        user_id=user_id,
        account_id=account_id,
        phase=phase.value,
        outcome=assessment.outcome.value,
        reducing=assessment.reducing,
        verdicts=[plain_verdict(verdict) for verdict in assessment.verdicts],
        policy_versions=list(assessment.policy_versions),
        decided_at=now,
    )
    insert(decision)
    return decision


def denial_payload(assessment: Assessment) -> dict[str, object]:
    """What an audit entry says of an assessment: code, value and limit of each denial."""
    return {
        "outcome": assessment.outcome,
        "reducing": assessment.reducing,
        "policy_versions": list(assessment.policy_versions),
        "blocks": [plain_verdict(verdict) for verdict in assessment.blocks],
        "warnings": [verdict.code for verdict in assessment.warnings],
    }
