"""What moving the protective stop did to a trade, in R. The initial risk never moves.

A move changes what the stop would bring: `change = sign x (after - before) x held`.
Tightening is positive, widening negative. `result_at_stop` is the whole trade's result
before fees if the stop is hit at its price: -1R where nothing has happened yet, 0 at
break-even, positive once a profit is locked in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from journal.domain.trades import TradeRecord
from journal.trades.excursions import Stretch, stretches
from journal.trades.risk import multiple


class StopChange(StrEnum):
    SET = "set"
    TIGHTENED = "tightened"
    WIDENED = "widened"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMove:
    """A protective stop that came, moved or went; prices in units after splits.

    `reason` is what its trader said with it, "" where nothing was asked.
    """

    moved_at: datetime
    before: Decimal | None
    after: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEffect:
    """A move and its effect on the trade; money, and the same in R.

    A stop that comes or goes has no figure for its change: without one, what could be
    lost has no bound.
    """

    move: StopMove
    kind: StopChange
    held: Decimal
    change: Decimal | None
    change_r: Decimal | None
    result_at_stop: Decimal | None
    result_at_stop_r: Decimal | None


def stop_effects(trade: TradeRecord, moves: Iterable[StopMove]) -> list[StopEffect]:
    """The effects of the moves made while the trade was held, in order of time.

    Moves to the price where the stop stood already are none. A trade with a part of
    unknown price has moves, but no results.
    """
    known = all(part.price is not None for part in trade.fills)
    held = [stretch for stretch, _ in stretches(trade)]
    effects = []
    for move in sorted(moves, key=lambda one: one.moved_at):
        stretch = _at(held, move.moved_at)
        if stretch is not None and stretch.held and move.before != move.after:
            effects.append(_effect(trade, move, stretch, known=known))
    return effects


def _at(held: list[Stretch], moment: datetime) -> Stretch | None:
    """The last stretch that had begun."""
    begun = [stretch for stretch in held if stretch.since <= moment]
    return begun[-1] if begun else None


def _effect(
    trade: TradeRecord, move: StopMove, stretch: Stretch, *, known: bool
) -> StopEffect:
    change = result = None
    if move.before is not None and move.after is not None:
        change = stretch.held * (move.after - move.before) * stretch.multiplier
    if known and move.after is not None:
        result = stretch.result_at(move.after)
    return StopEffect(
        move=move,
        kind=_kind(move, change),
        held=stretch.held,
        change=change,
        change_r=multiple(change, trade.initial_risk),
        result_at_stop=result,
        result_at_stop_r=multiple(result, trade.initial_risk),
    )


def _kind(move: StopMove, change: Decimal | None) -> StopChange:
    if change is None:
        return StopChange.REMOVED if move.after is None else StopChange.SET
    return StopChange.TIGHTENED if change > 0 else StopChange.WIDENED
