"""Trader efficiency, and what mistakes cost, over a set of trades.

`efficiency = 1 - mistakes / trades`; a cost is in R, negative where it cost, and counts
as estimated where the trader guessed it. Source: see `journal.analytics.mistakes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from journal.analytics.figures import Figure
from journal.analytics.mistakes import efficiency
from journal.models import Mistake
from journal.models.trade import TradeQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRow:
    """One kind of mistake; `cost_r` sums those whose cost is known."""

    tag_id: int
    name: str
    count: int
    trades: int
    cost_r: Decimal | None
    known: int
    estimated: int

    @property
    def average_r(self) -> Decimal | None:
        return None if self.cost_r is None else self.cost_r / self.known


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeSummary:
    """`mistaken` trades carry one or more; a profitable mistake is one all the same."""

    trades: int
    mistakes: int
    mistaken: int
    cost_r: Decimal | None
    efficiency: Figure
    rows: tuple[MistakeRow, ...]


def summarise(trades: TradeQuerySet) -> MistakeSummary:
    """Of closed trades as filtered by the caller; the most frequent mistake first."""
    closed = trades.closed()
    found = Mistake.objects.filter(trade__in=closed.order_by().values("pk"))
    count = closed.count()
    totals = found.aggregate(
        mistakes=Count("pk"), mistaken=Count("trade", distinct=True), cost=Sum("cost_r")
    )
    grouped = found.values("tag_id", "tag__name").annotate(
        count=Count("pk"),
        trades=Count("trade", distinct=True),
        cost=Sum("cost_r"),
        known=Count("cost_r"),
        estimated=Count("pk", filter=Q(estimated=True)),
    )
    rows = tuple(
        MistakeRow(
            tag_id=row["tag_id"],
            name=row["tag__name"],
            count=row["count"],
            trades=row["trades"],
            cost_r=row["cost"],
            known=row["known"],
            estimated=row["estimated"],
        )
        for row in grouped.order_by("-count", "tag__name")
    )
    return MistakeSummary(
        trades=count,
        mistakes=totals["mistakes"],
        mistaken=totals["mistaken"],
        cost_r=totals["cost"],
        efficiency=efficiency(mistakes=totals["mistakes"], trades=count),
        rows=rows,
    )
