"""Profits taken early, losses late: for the report only, never a warning.

Exit efficiency of a winner is its R over the best R that it had; what a trade would have
made untouched is the target's R where the best reached it, else -1 where the worst
reached the stop. Only trades that reached one of the two can be compared so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import mean, median

from journal.analytics.outcome import BREAKEVEN_R, LOST, WON, outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """`best_r` and `worst_r` are excursions in R while held; `target_r` the plan's."""

    r: Decimal
    best_r: Decimal | None
    worst_r: Decimal | None
    held_seconds: int
    target_r: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyProfit:
    """Over winners with a known best; holding times are medians."""

    winners: int
    efficiency: Decimal | None
    below_half: int
    hold_winners: timedelta | None
    hold_losers: timedelta | None
    compared: int
    untouched_r: Decimal
    actual_r: Decimal


def early_profit(
    exits: Sequence[Exit], *, breakeven: Decimal = BREAKEVEN_R
) -> EarlyProfit:
    won = [one for one in exits if outcome(one.r, None, breakeven) == WON]
    lost = [one for one in exits if outcome(one.r, None, breakeven) == LOST]
    winners = [one for one in won if one.best_r]
    shares = [one.r / one.best_r for one in winners if one.best_r]
    untouched = [
        (one.r, made) for one in exits if (made := _untouched(one)) is not None
    ]
    return EarlyProfit(
        winners=len(winners),
        efficiency=mean(shares) if shares else None,
        below_half=sum(share * 2 < 1 for share in shares),
        hold_winners=_median([one.held_seconds for one in won]),
        hold_losers=_median([one.held_seconds for one in lost]),
        compared=len(untouched),
        untouched_r=sum((made for _r, made in untouched), Decimal(0)),
        actual_r=sum((r for r, _made in untouched), Decimal(0)),
    )


def _untouched(one: Exit) -> Decimal | None:
    """Where both were reached nobody knows which came first: the stop is assumed."""
    if one.worst_r is not None and one.worst_r <= -1:
        return Decimal(-1)
    if one.target_r and one.best_r is not None and one.best_r >= one.target_r:
        return one.target_r
    return None


def _median(values: Sequence[int]) -> timedelta | None:
    return timedelta(seconds=median(values)) if values else None
