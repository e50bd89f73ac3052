"""Trading days: what closed on each, whether the rules were followed, and the debrief.

A day's debrief asks first whether the rules were followed, and is stored once for each
day; what was answered may be changed, and each change is audited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    DateField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)

from journal.book.filtering import TradeFilter
from journal.models import DayReview, Followed, Mistake, Trade
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError
from tradedesk.gathering import gathered


# Older days are not asked after any more.
LOOK_BACK = timedelta(days=60)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """Sums over the closed trades of one day, or of several.

    `net` is money of those whose result is known, `r` the sum over the `with_r` that
    had an initial risk. `kept` of `answered` trades followed their plan, `mistaken`
    carry a mistake. `followed` is the debrief's answer, "" while there is none.
    """

    day: date
    trades: int = 0
    net: Decimal = NOTHING
    r: Decimal = NOTHING
    with_r: int = 0
    kept: int = 0
    answered: int = 0
    mistaken: int = 0
    followed: str = ""

    @property
    def discipline(self) -> Decimal | None:
        """Van Tharp's efficiency of the day, in percent: trades without a mistake."""
        if not self.trades:
            return None
        return Decimal(self.trades - self.mistaken) / self.trades * 100


def figures_between(
    user: User, wanted: TradeFilter, *, first: date, last: date
) -> Mapping[date, DayFigures]:
    """Days from first to last with a trade or a debrief; two queries."""
    mistakes = Mistake.objects.filter(trade=OuterRef("pk"))
    trades = wanted.chosen(user).closed()
    rows = (
        trades.filter(trading_day__gte=first, trading_day__lte=last)
        .order_by()
        .values("trading_day")
        .annotate(
            count=Count("pk"),
            net_sum=Sum("net"),
            r_sum=Sum("r_multiple"),
            with_r=Count("r_multiple"),
            kept=Count("pk", filter=Q(followed_plan=True)),
            answered=Count("followed_plan"),
            mistaken=Count("pk", filter=Q(Exists(mistakes))),
        )
    )
    answers = _answers(user, first, last)
    found = {
        day: DayFigures(day=day, followed=followed) for day, followed in answers.items()
    }
    for row in rows:
        day: Any = row["trading_day"]
        found[day] = DayFigures(
            day=day,
            trades=row["count"],
            net=row["net_sum"] or NOTHING,
            r=row["r_sum"] or NOTHING,
            with_r=row["with_r"],
            kept=row["kept"],
            answered=row["answered"],
            mistaken=row["mistaken"],
            followed=answers.get(day, ""),
        )
    return found


def _answers(user: User, first: date, last: date) -> dict[date, str]:
    reviews = DayReview.objects.for_user(user).exclude(followed_rules="")
    asked = reviews.filter(day__gte=first, day__lte=last)
    return dict(asked.values_list("day", "followed_rules"))


def together(days: Sequence[DayFigures], first: date) -> DayFigures:
    """The sum of several days, as of the first of them; a week or a month."""
    return DayFigures(
        day=first,
        trades=sum(one.trades for one in days),
        net=sum((one.net for one in days), NOTHING),
        r=sum((one.r for one in days), NOTHING),
        with_r=sum(one.with_r for one in days),
        kept=sum(one.kept for one in days),
        answered=sum(one.answered for one in days),
        mistaken=sum(one.mistaken for one in days),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDay:
    """A day with closed trades whose debrief has no answer."""

    day: date
    trades: int


def waiting_days(user: User, today: date) -> list[WaitingDay]:
    """Newest first, of the last two months."""
    done = DayReview.objects.for_user(user).exclude(followed_rules="")
    rows = (
        Trade.objects.for_user(user)
        .filter(trading_day__gte=today - LOOK_BACK, trading_day__lte=today)
        .exclude(trading_day__in=done.values("day"))
        .order_by()
        .values("trading_day")
        .annotate(count=Count("pk"))
        .order_by("-trading_day")
    )
    return [
        WaitingDay(day=row["trading_day"], trades=row["count"])
        for row in rows
        if row["trading_day"] is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The nearest days with closed trades before and after a day."""

    before: date | None
    after: date | None


def _around(user: User, day: date) -> dict[str, Expression]:
    """Two looks at an index, however much was traded."""
    mine = Trade.objects.for_user(user).values("trading_day")
    earlier = mine.filter(trading_day__lt=day).order_by("-trading_day")
    later = mine.filter(trading_day__gt=day).order_by("trading_day")
    return {
        name: ExpressionWrapper(Subquery(rows[:1]), output_field=DateField())
        for name, rows in (("before", earlier), ("after", later))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Debriefed:
    """A day's closed trades in order of their close, what was wrong in them by trade, the
    debrief, and what else was asked for.
    """

    day: date
    trades: Sequence[Trade]
    mistakes: Mapping[int, Sequence[Mistake]]
    review: DayReview | None
    around: Around
    besides: Mapping[str, Sequence[Any]]


def debriefed(
    user: User, day: date, besides: Mapping[str, QuerySet[Any]] | None = None
) -> Debriefed:
    """One query, with the rows of `besides` under their names."""
    trades = Trade.objects.for_user(user).filter(trading_day=day)
    mistakes = Mistake.objects.filter(owner=user, trade__in=trades)
    named = mistakes.annotate(tag_name=F("tag__name")).order_by("tag__name", "pk")
    lists: dict[str, QuerySet[Any]] = {
        "trades": trades.order_by("closed_at", "pk"),
        "mistakes": named,
        "reviews": DayReview.objects.for_user(user).filter(day=day),
        **(besides or {}),
    }
    person = User.objects.filter(pk=user.pk)
    found = gathered(person, lists, _around(user, day))
    by_trade: dict[int, list[Mistake]] = {}
    for mistake in found["mistakes"]:
        by_trade.setdefault(mistake.trade_id, []).append(mistake)
    return Debriefed(
        day=day,
        trades=found["trades"],
        mistakes=by_trade,
        review=next(iter(found["reviews"]), None),
        around=Around(before=found["before"], after=found["after"]),
        besides={name: found[name] for name in besides or ()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """What is said of a day; None leaves what stands."""

    followed: Followed | None = None
    note: str | None = None
    tomorrow: str | None = None


def debrief(
    user: User, day: date, said: Debrief, *, today: date, actor: Actor, now: datetime
) -> DayReview:
    """Store what is said of a day; saying the same again changes nothing.

    Raises:
        InvalidInputError: the day is still to come, or the rules were not spoken of:
            they come first.
    """
    if day > today:
        raise InvalidInputError("This day is still to come.", field="day")
    with transaction.atomic(durable=True):
        DayReview.objects.get_or_create(owner=user, day=day)
        review = DayReview.objects.select_for_update(no_key=True).get(
            owner=user, day=day
        )
        changed = _changed(review, said)
        if said.followed is None and not review.followed_rules:
            raise InvalidInputError("Say first whether you followed your rules.")
        if changed:
            review.reviewed_at = now
            review.save()
            _tell(review, changed, actor=actor, now=now)
    return review


def _changed(review: DayReview, said: Debrief) -> dict[str, object]:
    """Write what differs into the row, and say what it was before."""
    wanted = {
        "followed_rules": said.followed.value if said.followed else None,
        "note": said.note,
        "tomorrow": said.tomorrow,
    }
    changed: dict[str, object] = {}
    for name, value in wanted.items():
        before = getattr(review, name)
        if value is not None and value != before:
            setattr(review, name, value)
            changed[name] = value
            changed[f"{name}_before"] = before
    return changed


def _tell(
    review: DayReview, changed: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.DAY_DEBRIEFED,
        actor=actor,
        subject="dayreview",
        subject_id=review.pk,
        payload={"day": review.day, **changed},
        now=now,
    )
