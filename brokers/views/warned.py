"""Who keeps what a trader was warned of: brokers know no journal, so the desk hands in
who does (`tradedesk.desk.urls`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.http import QueryDict

from brokers.models import Account, Order
from brokers.orders.answering import Answers, Warned
from brokers.orders.facts import MarketFacts
from brokers.orders.papers import Papers
from risk.facts import Assessment


class Warnings(Protocol):
    """From one's own behaviour: reckoned afresh, kept, and joined to what was sent."""

    def refresh(self, account: Account, now: datetime) -> None: ...

    def market(self, order: Order, now: datetime) -> MarketFacts: ...

    def note(self, warned: Warned, assessment: Assessment) -> None: ...

    def papers_of_change(
        self, warned: Warned, assessment: Assessment, answers: Answers
    ) -> Sequence[Papers]: ...

    def answer(
        self, warned: Warned, assessment: Assessment, answers: Answers
    ) -> None: ...

    def settle(self, order: Order, now: datetime) -> None: ...

    def context(self, assessment: Assessment, now: datetime) -> Mapping[str, Any]: ...


def answers_in(posted: QueryDict) -> Answers:
    """A stop that moves away asks for its own reason; no page asks for both."""
    return Answers(
        acknowledged=posted.getlist("acknowledged"),
        reason=posted.get("reason", "") or posted.get("nudge_reason", ""),
    )


def answers_context(answers: Answers) -> Mapping[str, Any]:
    """As they were given, for a page that is shown again."""
    return {"acknowledged": answers.acknowledged, "reason": answers.reason[:200]}
