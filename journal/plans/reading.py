"""What pages and other rooms read of plans and playbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Avg, Count, Exists, Max, OuterRef, StdDev, Sum

from brokers.models import Order
from journal.analytics.figures import LOW_SAMPLE
from journal.analytics.outcome import BREAKEVEN_R
from journal.analytics.quality import Quality, quality_of
from journal.analytics.sides import Sides
from journal.analytics.win_rate import win_rate_of
from journal.book.filtering import made
from journal.models import (
    MissedTrade,
    OrderPlan,
    Plan,
    PlanVersion,
    Playbook,
    PlaybookVersion,
    Trade,
    TradeChange,
)
from tradedesk.accounts.models import User


SHOWN_ORDERS = 20
SHOWN_MISSED = 50
SHOWN_VERSIONS = 50


def shown(value: float | None, places: str = "0.0001") -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal(places))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookStats:
    """Over closed trades with a known R: `total`, `expectancy` and `missed` in R.

    The same figures as `journal.analytics.summary`, summed up by the database instead of
    read trade by trade; tests hold the two equal.
    """

    n: int = 0
    total: float = 0.0
    expectancy: float | None = None
    win_rate: float | None = None
    quality: Quality | None = None

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE

    @property
    def sqn(self) -> float | None:
        """None below 30 trades: nothing is claimed of so few."""
        return self.quality.value if self.quality and not self.low_sample else None

    @property
    def expectancy_shown(self) -> Decimal | None:
        """Pages write Decimals; a statistic becomes one at its very end."""
        return shown(self.expectancy)

    @property
    def win_rate_shown(self) -> Decimal | None:
        return shown(self.win_rate)

    @property
    def total_shown(self) -> Decimal | None:
        return shown(self.total) if self.n else None

    @property
    def sqn_shown(self) -> Decimal | None:
        return shown(self.sqn, "0.01")

    @property
    def missing(self) -> int:
        """How many trades a first verdict still waits for."""
        return max(LOW_SAMPLE - self.n, 0)


NO_STATS = PlaybookStats()
_FIGURES = {
    "n": Count("pk"),
    "total": Sum("r_multiple"),
    "mean": Avg("r_multiple"),
    "sd": StdDev("r_multiple", sample=True),
}


def playbook_stats(
    playbook: Playbook, breakeven: Decimal = BREAKEVEN_R
) -> PlaybookStats:
    """What trading by it has come to, all its versions together."""
    return stats_by_playbook(playbook.owner, breakeven).get(playbook.pk, NO_STATS)


def stats_by_playbook(
    user: User, breakeven: Decimal = BREAKEVEN_R
) -> Mapping[int, PlaybookStats]:
    """The same for all of one's playbooks that have a trade.

    Summed up anew only after one's trades have changed (`TradeChange`); a change that
    commits late may have a lower number, so how many there are counts too.
    """
    found = TradeChange.objects.for_user(user).aggregate(
        last=Max("id"), sum=Sum("id"), count=Count("id")
    )
    mark = (found["last"], found["sum"], found["count"])
    return _read(user, breakeven, mark)


@lru_cache(maxsize=64)
def _read(
    user: User, breakeven: Decimal, _mark: tuple[object, ...]
) -> Mapping[int, PlaybookStats]:
    rows = (
        Trade.objects.for_user(user)
        .closed()
        .filter(playbook__isnull=False, r_multiple__isnull=False)
        .order_by()
        .values("playbook_id")
        .annotate(
            **_FIGURES,
            wins=Count("pk", filter=made("won", breakeven)),
            losses=Count("pk", filter=made("lost", breakeven)),
        )
    )
    return {row["playbook_id"]: _stats(row) for row in rows}


def _stats(row: Mapping[str, Any]) -> PlaybookStats:
    n = row["n"]
    mean = float(row["mean"])
    sides = Sides(
        wins=row["wins"],
        losses=row["losses"],
        breakevens=n - row["wins"] - row["losses"],
        won=0.0,
        lost=0.0,
    )
    sd = None if row["sd"] is None else float(row["sd"])
    return PlaybookStats(
        n=n,
        total=float(row["total"]),
        expectancy=mean,
        win_rate=win_rate_of(sides).value,
        quality=quality_of(n=n, mean=mean, sd=sd),
    )


def order_plan(order: Order | int) -> OrderPlan | None:
    """What the order's ticket carried; None for an order that no ticket wrote."""
    return (
        OrderPlan.objects.filter(order=order)
        .select_related("plan_version", "playbook_version__playbook")
        .first()
    )


def plan_of(user: User) -> Plan | None:
    return Plan.objects.for_user(user).select_related("current").first()


def current_plan(user: User) -> PlanVersion | None:
    """The version in force, which orders carry from now on."""
    plan = plan_of(user)
    return None if plan is None else plan.current


def plan_versions(plan: Plan) -> Sequence[PlanVersion]:
    """Newest first, each with `is_carried`, without their texts."""
    return list(
        plan.versions.defer("sections")
        .annotate(is_carried=_carried("plan_version"))
        .order_by("-number")[:SHOWN_VERSIONS]
    )


def active_playbooks(user: User) -> Sequence[Playbook]:
    """What a ticket offers, by name, each with its current version."""
    return list(
        Playbook.objects.for_user(user)
        .filter(retired_at=None, current__isnull=False)
        .select_related("current")
        .order_by("name")
    )


def playbooks_of(user: User) -> Sequence[Playbook]:
    """All of them: those in use by name, then the retired."""
    mine = Playbook.objects.for_user(user).select_related("current")
    return sorted(mine, key=lambda one: (one.retired_at is not None, one.name.lower()))


def playbook_versions(playbook: Playbook) -> Sequence[PlaybookVersion]:
    """Newest first, each with `is_carried`."""
    rows = playbook.versions.annotate(is_carried=_carried("playbook_version"))
    return list(rows.order_by("-number")[:SHOWN_VERSIONS])


def _carried(field: str) -> Exists:
    """Whether an order carries the version; how many is not counted: they may be many."""
    return Exists(OrderPlan.objects.filter(**{field: OuterRef("pk")}))


def orders_under(version: PlanVersion | PlaybookVersion) -> Sequence[OrderPlan]:
    """The latest orders that carried exactly this version."""
    carried = version.orders.select_related("order", "playbook_version")
    return list(carried.order_by("-pk")[:SHOWN_ORDERS])


def missed_trades(playbook: Playbook) -> Sequence[MissedTrade]:
    return list(playbook.missed_trades.order_by("-missed_on", "-pk")[:SHOWN_MISSED])


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedSum:
    """How many were missed, and what those that were worked out would have made in R."""

    count: int
    known: int
    total: Decimal | None


def missed_sum(playbook: Playbook) -> MissedSum:
    found = playbook.missed_trades.aggregate(
        count=Count("pk"), known=Count("missed_r"), total=Sum("missed_r")
    )
    return MissedSum(**found)
