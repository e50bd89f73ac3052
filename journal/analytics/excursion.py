"""Excursions in R, and how much of the best one was kept.

MAE = the worst, MFE = the best price while the trade was open, each less the entry, over
the unit risk; exit efficiency = result / MFE; give-back = MFE - result. Source: J.
Sweeney, Maximum Adverse Excursion, 1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.r_multiple import unit_risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """In R; `efficiency` is None where the trade was never ahead."""

    mae: Decimal
    mfe: Decimal
    result: Decimal

    @property
    def efficiency(self) -> Decimal | None:
        return self.result / self.mfe if self.mfe > 0 else None

    @property
    def give_back(self) -> Decimal:
        return self.mfe - self.result


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A trade's prices; its stop below the entry for a long, above for a short."""

    entry: Decimal
    stop: Decimal
    low: Decimal
    high: Decimal
    exit: Decimal


def excursion(trade: Held) -> Excursion | None:
    """None where the stop stands at the entry, which risks nothing."""
    unit = unit_risk(trade.entry, trade.stop)
    if not unit:
        return None
    long = trade.stop < trade.entry
    worst, best = (trade.low, trade.high) if long else (trade.high, trade.low)
    scale = unit if long else -unit
    return Excursion(
        mae=min(Decimal(0), (worst - trade.entry) / scale),
        mfe=max(Decimal(0), (best - trade.entry) / scale),
        result=(trade.exit - trade.entry) / scale,
    )
