"""Warnings from one's own behaviour on what is not a ticket: read, and answered in words
where they ask for words, before a change or a reversal goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from brokers.models import Order
from risk.facts import Acknowledgement, Assessment, DenialCode, Verdict
from tradedesk.core.errors import InvalidInputError


# Long enough that it says something to whoever reads it later.
SHORTEST_REASON = 10
_TICKED = "own_behaviour"
# Its reason is its answer: nothing is to be ticked beside it.
_WRITTEN = "stop_widening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a trader answered: codes of warnings that were ticked, and the one reason."""

    acknowledged: Sequence[str] = ()
    reason: str = ""

    @property
    def is_reasoned(self) -> bool:
        return len(self.reason.strip()) >= SHORTEST_REASON


UNANSWERED = Answers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What was about to be done when it was warned of. `intent` is its own key; of a
    change another one than its order's. `risk_money` is what it would lose at its stop.
    """

    order: Order
    intent: UUID
    risk_money: Decimal | None
    now: datetime


def asking(assessment: Assessment) -> list[Verdict]:
    """Those that speak of one's own behaviour and wait for an answer."""
    checks = {_TICKED, _WRITTEN}
    return [v for v in assessment.to_acknowledge if v.check in checks]


def needs_reason(assessment: Assessment) -> bool:
    """Whether a stop moves away, which has to be answered for in words."""
    return any(v.code is DenialCode.STOP_WIDENED for v in asking(assessment))


def check_answered(assessment: Assessment, answers: Answers) -> None:
    """Raises InvalidInputError, with the words of the first that is not answered."""
    for verdict in asking(assessment):
        if verdict.check == _TICKED and verdict.code not in answers.acknowledged:
            raise InvalidInputError(
                f"Nothing was sent. Please answer: {verdict.message}",
                field="acknowledged",
            )
        asks = verdict.acknowledgement is Acknowledgement.REASON
        if asks and not answers.is_reasoned:
            raise InvalidInputError(_missing(verdict), field="reason")


def _missing(verdict: Verdict) -> str:
    least = f"in at least {SHORTEST_REASON} characters."
    if verdict.check == _WRITTEN:
        return f"Nothing was sent. Write down why the stop moves away, {least}"
    return f"Nothing was sent. Say why, {least} {verdict.message}"
