"""What of the plan waits to be rehearsed or read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from journal.models import Plan, WorstCaseCard
from journal.routine.days import exchange_day
from tradedesk.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """`since` is the day it was due, `pk` that of the card or the plan."""

    pk: int
    what: str
    since: date

    def overdue_days(self, today: date) -> int:
        return (today - self.since).days


def due_drills(user: User, today: date) -> Sequence[Due]:
    """The worst cases to rehearse today or before, the longest overdue first."""
    cards = WorstCaseCard.objects.for_user(user).filter(
        archived_at=None, next_drill_on__lte=today
    )
    return [
        Due(pk=card.pk, what=card.trigger, since=card.next_drill_on)
        for card in cards.order_by("next_drill_on", "pk")
    ]


def due_reviews(user: User, today: date) -> Sequence[Due]:
    """The published plan, when its review is due; a draft alone never is."""
    plan = (
        Plan.objects.for_user(user)
        .filter(current__isnull=False)
        .select_related("current")
        .first()
    )
    if plan is None:
        return []
    due_on = review_due_on(plan)
    if due_on is None or due_on > today:
        return []
    return [Due(pk=plan.pk, what="Read the trading plan again", since=due_on)]


def review_due_on(plan: Plan) -> date | None:
    """`review_days` after it was last read, else after it was published."""
    if plan.current is None:
        return None
    since = plan.reviewed_on or exchange_day(plan.current.published_at)
    return since + timedelta(days=plan.review_days)
