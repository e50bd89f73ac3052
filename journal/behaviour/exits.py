"""How trades were left: early profits, stops moved away, losers added to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from brokers.models import Account
from journal.analytics.outcome import BREAKEVEN_R
from journal.behaviour.reading import NEWEST
from journal.behaviour.signals.averaging import Entry, additions_to_losses
from journal.behaviour.signals.early_profit import EarlyProfit, Exit, early_profit
from journal.behaviour.signals.stop_change import Change, Moved, change_of
from journal.domain.trades import Direction
from journal.models import StopMove, Trade, TradeFill


MOST_PARTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class StopChanges:
    """Of the newest trades: how often a stop was moved away or taken off while they were held."""

    widened: int
    removed: int
    tightened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedToLoss:
    """Of the newest trades: additions below the average, in how many trades, and the deepest."""

    additions: int
    trades: int
    deepest_r: Decimal | None


def exits_of(account: Account, breakeven: Decimal = BREAKEVEN_R) -> EarlyProfit:
    rows = (
        Trade.objects.filter(
            owner=account.owner, account=account, r_multiple__isnull=False
        )
        .closed()
        .order_by("-closed_at", "-pk")
        .values_list(
            "r_multiple", "mfe_r", "mae_r", "holding_seconds", "direction",
            "planned_entry", "planned_stop", "planned_target",
        )[:NEWEST]
    )  # fmt: skip
    return early_profit(
        [
            Exit(
                r=r or Decimal(0),
                best_r=best,
                worst_r=worst,
                held_seconds=held or 0,
                target_r=_target_r(Direction(direction), planned),
            )
            for r, best, worst, held, direction, *planned in rows
        ],
        breakeven=breakeven,
    )


def _target_r(
    direction: Direction, planned: Sequence[Decimal | None]
) -> Decimal | None:
    """What the planned target would have made of the planned risk."""
    entry, stop, target = planned
    if entry is None or stop is None or target is None:
        return None
    risk = direction.sign * (entry - stop)
    return direction.sign * (target - entry) / risk if risk > 0 else None


def _newest(account: Account) -> QuerySet[Trade, int]:
    """Ids of the trades that are looked into: everything else goes by their index."""
    mine = Trade.objects.filter(owner=account.owner, account=account).closed()
    return mine.order_by("-closed_at", "-pk").values_list("pk", flat=True)[:NEWEST]


def stop_changes(account: Account) -> StopChanges:
    rows = StopMove.objects.filter(trade__in=_newest(account))
    found = Counter(
        change_of(Moved(before=before, after=after), Direction(direction))
        for before, after, direction in rows.order_by("-at").values_list(
            "before", "after", "trade__direction"
        )[:MOST_PARTS]
    )
    return StopChanges(
        widened=found[Change.WIDENED],
        removed=found[Change.REMOVED],
        tightened=found[Change.TIGHTENED],
    )


def added_to_losses(account: Account) -> AddedToLoss:
    fills = TradeFill.objects.filter(
        trade__in=_newest(account), price__isnull=False
    ).order_by("-executed_at", "-pk")
    rows = fills.values_list(
        "trade_id", "side", "quantity", "price", "stop_price", "trade__direction"
    )[:MOST_PARTS]
    entries: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for trade_id, side, quantity, price, stop, direction in reversed(list(rows)):
        if (side == "buy") == (direction == Direction.LONG):
            entries[trade_id, direction].append(
                Entry(quantity=quantity, price=price or Decimal(0), stop=stop)
            )
    found = {
        trade_id: additions_to_losses(parts, Direction(direction))
        for (trade_id, direction), parts in entries.items()
        if len(parts) > 1
    }
    additions = [one for several in found.values() for one in several]
    known = [one.open_r for one in additions if one.open_r is not None]
    return AddedToLoss(
        additions=len(additions),
        trades=sum(bool(several) for several in found.values()),
        deepest_r=min(known, default=None),
    )
