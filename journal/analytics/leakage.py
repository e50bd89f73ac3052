"""Sizing leakage: what uneven sizes made of the same trades.

leakage = sum(R x risk) - constant x sum(R): the money made less the money that the same
R-multiples make at one constant risk, by default the median one. Negative where the
bigger trades were the worse ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import mean, median

from journal.analytics.outcome import BREAKEVEN_R, LOST, WON, outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedTrade:
    """A trade in the order of its time: the money risked and its result in R."""

    risk: Decimal
    r: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """Money made, money at the constant risk, and the difference."""

    constant: Decimal
    made: Decimal
    at_constant: Decimal

    @property
    def leakage(self) -> Decimal:
        return self.made - self.at_constant


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRatios:
    """Risk taken right after a loss over risk taken right after a win."""

    median: Decimal
    mean: Decimal


def sizing_leakage(
    trades: Sequence[SizedTrade], *, constant: Decimal | None = None
) -> Leakage | None:
    """None without trades."""
    if not trades:
        return None
    unit = median(trade.risk for trade in trades) if constant is None else constant
    return Leakage(
        constant=unit,
        made=sum((trade.r * trade.risk for trade in trades), Decimal(0)),
        at_constant=unit * sum((trade.r for trade in trades), Decimal(0)),
    )


def risk_ratios(
    trades: Sequence[SizedTrade], *, breakeven: Decimal = BREAKEVEN_R
) -> RiskRatios | None:
    """None until there is a trade after a loss and one after a win."""
    pairs = [(outcome(a.r, None, breakeven), b.risk) for a, b in pairwise(trades)]
    after_loss = [risk for before, risk in pairs if before == LOST]
    after_win = [risk for before, risk in pairs if before == WON]
    if not after_loss or not after_win:
        return None
    return RiskRatios(
        median=median(after_loss) / median(after_win),
        mean=mean(after_loss) / mean(after_win),
    )
