"""Warnings of a ticket from the trader's own behaviour: shown, answered, carried along.

The verdicts are those of the guardrails (`risk.rules`); here they are noted from the
first time that somebody works on a ticket with one, and their answer goes with the
draft. Nothing is noted of a page that is only looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from brokers.models import Account, Order
from brokers.orders.answering import SHORTEST_REASON
from brokers.orders.papers import Papers
from journal.behaviour import nudges, services
from journal.behaviour.nudges import Shown
from risk.facts import Acknowledgement, Assessment, Outcome, Verdict


if TYPE_CHECKING:
    from tradedesk.desk.ticket.preview import Preview


ASK_REASON = f"Say why in at least {SHORTEST_REASON} characters."


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A hold that runs: until when, and how many seconds are left."""

    until: datetime
    seconds: int


def nudge_in(assessment: Assessment) -> Verdict | None:
    """The one warning of this kind, where it asks for an answer."""
    asking = (v for v in assessment.to_acknowledge if v.check == "own_behaviour")
    return next(asking, None)


def hold_in(assessment: Assessment, now: datetime) -> Running | None:
    """The cooling-off or lock that blocks this order."""
    for verdict in assessment.blocks:
        if verdict.check == "cooling_off" and verdict.value.amount is not None:
            left = timedelta(seconds=float(verdict.value.amount))
            return Running(until=now + left, seconds=int(left.total_seconds()))
    return None


def note(made: Preview) -> None:
    """Keep what this ticket was warned of, once each."""
    sizing = made.sizing
    shown = Shown(
        account=made.account,
        intent=made.ticket.intent_key,
        symbol=made.spec.symbol,
        risk_money=sizing.outlook.loss if sizing else None,
        now=made.made_at,
    )
    for verdict in made.assessment.verdicts:
        if nudges.is_nudge(verdict):
            nudges.note_shown(shown, verdict)


def needs_reason(verdict: Verdict | None, reason: str) -> bool:
    if verdict is None or verdict.outcome is not Outcome.WARN:
        return False
    asks = verdict.acknowledgement is Acknowledgement.REASON
    return asks and len(reason.strip()) < SHORTEST_REASON


def answer_papers(made: Preview, *, reason: str) -> Sequence[Papers]:
    """The answered warning as papers of the draft."""
    verdict = nudge_in(made.assessment)
    if verdict is None:
        return ()
    return (
        nudges.papers(
            verdict, reason=reason, intent=made.ticket.intent_key, now=made.made_at
        ),
    )


def answer_at_review(order: Order, made: Preview, *, reason: str) -> None:
    """A warning that came up after the draft: noted, and answered beside it."""
    verdict = nudge_in(made.assessment)
    if verdict is None:
        return
    note(made)
    nudges.note_answer(order, verdict, reason=reason, now=made.made_at)


def reason_of(order: Order, made: Preview) -> str:
    """What was typed on the ticket for the warning that stands now."""
    verdict = nudge_in(made.assessment)
    if verdict is None or verdict.acknowledgement is not Acknowledgement.REASON:
        return ""
    return nudges.reason_given(order, verdict.code)


def refreshed(account: Account, now: datetime) -> None:
    """What the trader has just done counts for what is judged next."""
    services.refresh(account, now)


def settled(account: Account, intent: UUID, now: datetime) -> None:
    """An order that was sent answers its warnings, and changes what is said next."""
    nudges.settle(now, intent=intent)
    services.refresh(account, now)
