"""How a trader feels in the morning, one number from 1 to 8, and their own band.

Below it one is tired or distracted, above it too sure: neither is a day to take new
risk. The rating bars nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Avg, Count, Q, QuerySet

from journal.models import RoutineWishes, SelfRating, Trade
from journal.models.routine import HIGHEST_SCORE, LOWEST_SCORE
from journal.routine.wishes import wishes_of
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


SHOWN_DAYS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A score with the band that the trader trades in, both ends included."""

    score: int
    lowest: int
    highest: int

    @property
    def is_below(self) -> bool:
        return self.score < self.lowest

    @property
    def is_above(self) -> bool:
        return self.score > self.highest

    @property
    def is_outside(self) -> bool:
        return self.is_below or self.is_above


def rating_of(user: User, day: date) -> Rating | None:
    """The self-rating of an exchange's date with the band as it is now; None without."""
    found = SelfRating.objects.for_user(user).filter(day=day).first()
    return None if found is None else in_band(found, wishes_of(user))


def in_band(rating: SelfRating, wishes: RoutineWishes) -> Rating:
    return Rating(
        score=rating.score, lowest=wishes.lowest_score, highest=wishes.highest_score
    )


@transaction.atomic(durable=True)
def rate(
    user: User, day: date, *, score: int, note: str = "", actor: Actor, now: datetime
) -> SelfRating:
    """Store the rating of a day, instead of an earlier one.

    Raises:
        InvalidInputError: the score is not 1 to 8.
    """
    if not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise InvalidInputError("Choose a number from 1 to 8.", field="score")
    row, _is_new = SelfRating.objects.update_or_create(
        owner=user,
        day=day,
        defaults={"score": score, "note": note.strip()[:300], "rated_at": now},
    )
    record(
        AuditAction.SELF_RATED,
        actor=actor,
        subject="selfrating",
        subject_id=row.pk,
        payload={"day": day, "score": score, "note": row.note},
        now=now,
    )
    return row


def recent_ratings(user: User) -> QuerySet[SelfRating]:
    """The newest first."""
    return SelfRating.objects.for_user(user).order_by("-day")[:SHOWN_DAYS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Mean R of the trades closed on rated days, in the band and outside it."""

    inside: Decimal | None
    inside_count: int
    outside: Decimal | None
    outside_count: int
    days_outside: int


def compared(wishes: RoutineWishes) -> Comparison:
    """Results by the rating of their day; a trade without R is left out."""
    user = wishes.owner
    rated = SelfRating.objects.for_user(user)
    outside = rated.filter(
        Q(score__lt=wishes.lowest_score) | Q(score__gt=wishes.highest_score)
    ).values("day")
    inside = rated.filter(
        score__gte=wishes.lowest_score, score__lte=wishes.highest_score
    ).values("day")
    in_it, out_of_it = Q(trading_day__in=inside), Q(trading_day__in=outside)
    found = (
        Trade.objects.for_user(user)
        .filter(r_multiple__isnull=False)
        .filter(trading_day__in=rated.values("day"))
        .aggregate(
            inside=Avg("r_multiple", filter=in_it),
            inside_count=Count("pk", filter=in_it),
            outside=Avg("r_multiple", filter=out_of_it),
            outside_count=Count("pk", filter=out_of_it),
            days_outside=Count("trading_day", filter=out_of_it, distinct=True),
        )
    )
    return Comparison(**found)
