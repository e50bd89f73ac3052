"""Trader efficiency and what mistakes cost.

efficiency = 1 - mistakes / trades; cost = actual R - R that the plan would have made.
A mistake is a rule not followed, whether it paid or not, so a cost may be positive.
Source: Van K. Tharp, Trading Beyond the Matrix; learn.vantharp.com on mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journal.analytics.figures import NO_TRADES, Figure, known, missing


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakenTrade:
    """A trade with one or more mistakes; `estimated` where the trader guessed the plan's
    result because it cannot be worked out.
    """

    planned_r: float
    actual_r: float
    mistakes: int = 1
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeCost:
    """In R; `average_r` per mistake, None without any."""

    mistakes: int
    trades: int
    cost_r: float
    average_r: float | None
    estimated: int


def efficiency(*, mistakes: int, trades: int) -> Figure:
    """1 for no mistakes; below 0 with more mistakes than trades."""
    if not trades:
        return missing(NO_TRADES, 0)
    return known(1 - mistakes / trades, trades)


def mistake_cost(mistaken: Sequence[MistakenTrade]) -> MistakeCost:
    """What the mistakes changed; `trades` counts the mistaken ones."""
    count = sum(trade.mistakes for trade in mistaken)
    cost = sum(trade.actual_r - trade.planned_r for trade in mistaken)
    return MistakeCost(
        mistakes=count,
        trades=len(mistaken),
        cost_r=float(cost),
        average_r=cost / count if count else None,
        estimated=sum(trade.estimated for trade in mistaken),
    )


def net_of_mistakes(*, system_r: float, mistakes: int, cost_each_r: float) -> float:
    """What is left of a system's result, at an average cost per mistake."""
    return system_r - mistakes * cost_each_r
