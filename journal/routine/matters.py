"""What waits for the trader: trades and days to review, drills, the plan itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Count,
    DateField,
    Expression,
    ExpressionWrapper,
    F,
    IntegerField,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate

from brokers.domain.breaks import UNSETTLED
from brokers.models import Break
from journal.models import DayReview, Plan, TaskTemplate, Trade, WorstCaseCard
from journal.routine.days import exchange_day
from tradedesk.accounts.models import User


# Older ones are history: a statement of ten years is no reproach.
LOOKS_BACK = timedelta(days=14)
# From here on the day itself may be looked back on.
SESSION_ENDS = time(16, 0)
AGED_AFTER = timedelta(days=3)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """Counts: trades and days of the last two weeks, drills and plans due by today; and
    of what there is at all, the plan in force and the templates of the checklist.
    `breaks` are the unsettled ones first seen three days ago or before.
    """

    trades: int
    days: int
    drills: int
    plans: int
    plans_in_force: int
    templates: int
    breaks: int


def matters_of(user: User, now: datetime) -> Matters:
    """All of it in one query."""
    counts = counts_of(user, now)
    person: QuerySet[Any] = User.objects.filter(pk=user.pk)
    return Matters(**person.values(**counts).get())


def counts_of(user: User, now: datetime) -> dict[str, Expression]:
    """For a query of the person, by the names of `Matters`."""
    return {
        "trades": _count(_trades(user, now), F("pk")),
        "days": _count(_days(user, now), F("trading_day")),
        "drills": _count(_drills(user, exchange_day(now)), F("pk")),
        "plans": _count(_plans(user, exchange_day(now)), F("pk")),
        "plans_in_force": _count(_in_force(user), F("pk")),
        "templates": _count(_templates(user), F("pk")),
        "breaks": _count(_breaks(user, exchange_day(now)), F("pk")),
    }


def _count(rows: QuerySet[Any], what: F) -> Coalesce:
    counted = rows.order_by().values("owner").annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0, output_field=IntegerField())


def _trades(user: User, now: datetime) -> QuerySet[Trade]:
    mine = Trade.objects.for_user(user).filter(reviewed_at=None)
    return mine.filter(closed_at__gte=now - LOOKS_BACK)


def _days(user: User, now: datetime) -> QuerySet[Trade]:
    reviewed = DayReview.objects.for_user(user).filter(reviewed_at__isnull=False)
    last = last_over(now)
    traded = Trade.objects.for_user(user).filter(
        trading_day__gt=last - LOOKS_BACK, trading_day__lte=last
    )
    return traded.exclude(trading_day__in=reviewed.values("day"))


def last_over(now: datetime) -> date:
    """The last date whose session is over: today's from four in the afternoon on."""
    local = now.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE))
    return local.date() - timedelta(days=local.time() < SESSION_ENDS)


def _drills(user: User, today: date) -> QuerySet[WorstCaseCard]:
    live = WorstCaseCard.objects.for_user(user).filter(archived_at=None)
    return live.filter(next_drill_on__lte=today)


def _breaks(user: User, today: date) -> QuerySet[Break]:
    """Differences in the books that nobody has settled for days."""
    unsettled = Break.objects.for_user(user).filter(
        status__in=[one.value for one in UNSETTLED]
    )
    return unsettled.filter(first_seen_day__lte=today - AGED_AFTER)


def _in_force(user: User) -> QuerySet[Plan]:
    return Plan.objects.for_user(user).filter(current__isnull=False)


def _templates(user: User) -> QuerySet[TaskTemplate]:
    return TaskTemplate.objects.for_user(user).filter(active=True)


def _plans(user: User, today: date) -> QuerySet[Plan]:
    """The plan in force, when it was last read too long ago; `journal.plans.due`."""
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    published = TruncDate("current__published_at", tzinfo=zone)
    latest = ExpressionWrapper(
        Value(today) - F("review_days") * Value(_DAY), output_field=DateField()
    )
    read_on = _in_force(user).annotate(read_on=Coalesce("reviewed_on", published))
    return read_on.filter(read_on__lte=latest)
