"""How trades were left: early profits, stops moved away, losers added to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from brokers.models import Account
from journal.analytics.outcome import BREAKEVEN_R
from journal.behaviour.newest import NEWEST, Row
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


def exits_of(trades: Iterable[Row], breakeven: Decimal = BREAKEVEN_R) -> EarlyProfit:
    return early_profit(
        [
            Exit(
                r=one.r_multiple,
                best_r=one.mfe_r,
                worst_r=one.mae_r,
                held_seconds=one.holding_seconds or 0,
                target_r=_target_r(one),
            )
            for one in trades
            if one.closed_at is not None and one.r_multiple is not None
        ],
        breakeven=breakeven,
    )


def _target_r(trade: Row) -> Decimal | None:
    """What the planned target would have made of the planned risk."""
    entry, stop, target = trade.planned_entry, trade.planned_stop, trade.planned_target
    if entry is None or stop is None or target is None:
        return None
    sign = Direction(trade.direction).sign
    risk = sign * (entry - stop)
    return sign * (target - entry) / risk if risk > 0 else None


def _newest(account: Account) -> QuerySet[Trade, int]:
    """Ids of the trades that are looked into: everything else goes by their index."""
    mine = Trade.objects.filter(owner=account.owner_id, account=account).closed()
    return mine.order_by("-closed_at", "-pk").values_list("pk", flat=True)[:NEWEST]


def stop_moves(account: Account) -> QuerySet[StopMove]:
    """The newest moves of the newest trades."""
    moves = StopMove.objects.filter(trade__in=_newest(account))
    return moves.order_by("-at")[:MOST_PARTS]


def stop_changes(moves: Iterable[tuple[Moved, Direction]]) -> StopChanges:
    """Of moves with the direction of their trades."""
    found = Counter(change_of(moved, direction) for moved, direction in moves)
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
