"""What a trade was entered among: how far from the average price, and after how many
other trades. The buckets of reports and filters, and the filters over rows.

The trades before it are the person's own closed ones, of all accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDay

from journal.models import Trade
from journal.models.trade import TradeQuerySet


HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """From `least` to just under `below`; None is without an end."""

    name: str
    label: str
    least: int | None
    below: int | None

    def fits(self, column: str) -> Q:
        least = Q() if self.least is None else Q(**{f"{column}__gte": self.least})
        return (
            least if self.below is None else least & Q(**{f"{column}__lt": self.below})
        )


def _buckets(*told: tuple[str, str], cuts: Sequence[int]) -> tuple[Bucket, ...]:
    """One more than there are cuts."""
    lows, highs = (None, *cuts), (*cuts, None)
    return tuple(
        Bucket(name=name, label=label, least=low, below=high)
        for (name, label), low, high in zip(told, lows, highs, strict=True)
    )


# In daily ranges (ATR), counted in the trade's own direction: above 0 it was entered
# beyond the average price, a long above it and a short below.
DISTANCES = _buckets(
    ("far-behind", "More than 2 ATR behind it"),
    ("behind", "1 to 2 ATR behind it"),
    ("at-behind", "Up to 1 ATR behind it"),
    ("at-beyond", "Up to 1 ATR beyond it"),
    ("beyond", "1 to 2 ATR beyond it"),
    ("far-beyond", "2 to 3 ATR beyond it"),
    ("stretched", "3 ATR beyond it and more"),
    cuts=(-2, -1, 0, 1, 2, 3),
)
# How many were entered before it on its day, and within an hour.
DAY_PLACES = _buckets(
    ("1", "First of the day"),
    ("2", "Second"),
    ("3", "Third"),
    ("4", "Fourth and fifth"),
    ("6", "Sixth to tenth"),
    ("11", "Eleventh and later"),
    cuts=(1, 2, 3, 5, 10),
)
HOUR_BEFORE = _buckets(
    ("0", "None in the hour before"),
    ("1", "One"),
    ("2", "Two"),
    ("3", "Three to five"),
    ("6", "Six and more"),
    cuts=(1, 2, 3, 6),
)
AFTER = {
    "won": "After a win",
    "lost": "After a loss",
    "even": "After a breakeven",
    "none": "After none",
}
UNKNOWN_DISTANCE = "unknown"


def named(buckets: Sequence[Bucket]) -> Mapping[str, Bucket]:
    return {one.name: one for one in buckets}


def at_distance(trades: TradeQuerySet, name: str) -> TradeQuerySet:
    if name == UNKNOWN_DISTANCE:
        return trades.filter(entry_distance=None)
    return trades.filter(named(DISTANCES)[name].fits("entry_distance"))


def at_place(trades: TradeQuerySet, name: str) -> TradeQuerySet:
    """Those that so many were entered before on their day, at the exchange."""
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    since = Q(opened_at__gte=OuterRef("entry_day"))
    return trades.alias(
        entry_day=TruncDay("opened_at", tzinfo=zone), before=_count(since)
    ).filter(named(DAY_PLACES)[name].fits("before"))


def at_haste(trades: TradeQuerySet, name: str) -> TradeQuerySet:
    """Those that so many were entered within an hour before."""
    since = Q(opened_at__gt=OuterRef("hour_ago"))
    return trades.alias(hour_ago=F("opened_at") - HOUR, within=_count(since)).filter(
        named(HOUR_BEFORE)[name].fits("within")
    )


def with_last(trades: TradeQuerySet) -> TradeQuerySet:
    """With `last_r` and `last_net` of the trade that closed last before the entry."""
    last = _others().filter(closed_at__lt=OuterRef("opened_at"))
    last = last.order_by("-closed_at", "-pk")
    return trades.alias(
        last_r=Subquery(last.values("r_multiple")[:1]),
        last_net=Subquery(last.values("net")[:1]),
    )


def _count(since: Q) -> Coalesce:
    before = _others().filter(since, opened_at__lt=OuterRef("opened_at")).order_by()
    counted = before.values("owner_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _others() -> QuerySet[Trade, Any]:
    return Trade.objects.filter(
        owner=OuterRef("owner"), account__isnull=False, closed_at__isnull=False
    )
