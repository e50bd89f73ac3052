"""Size after the last result: bigger after a loss, or bigger after a gain.

Both are measured as median(risk after a loss) / median(risk after a win), since they go
opposite ways: 1.5 is escalation after losses, 1/1.5 is playing with the house's money.
Per order, its risk over the median of the last 20.
Evidence: R. Thaler and E. Johnson, Gambling with the House Money, 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from journal.analytics.leakage import (
    Leakage,
    RiskRatios,
    SizedTrade,
    risk_ratios,
    sizing_leakage,
)
from journal.analytics.outcome import BREAKEVEN_R
from journal.behaviour.signals.past import PastTrade


class Habit(StrEnum):
    """What the sizes after losses and after gains say."""

    AFTER_LOSS = "bigger after a loss"
    AFTER_GAIN = "bigger after a gain"
    EVEN = "about the same"


def sized(trades: Sequence[PastTrade]) -> list[SizedTrade]:
    """Closed trades with a planned risk, as the metrics of the journal want them."""
    return [
        SizedTrade(risk=trade.risk, r=trade.r)
        for trade in trades
        if trade.risk and trade.r is not None
    ]


def leakage(trades: Sequence[PastTrade]) -> Leakage | None:
    return sizing_leakage(sized(trades))


def ratios(
    trades: Sequence[PastTrade], *, breakeven: Decimal = BREAKEVEN_R
) -> RiskRatios | None:
    return risk_ratios(sized(trades), breakeven=breakeven)


def habit(found: RiskRatios, *, ratio: Decimal) -> Habit:
    if found.median >= ratio:
        return Habit.AFTER_LOSS
    if found.median * ratio <= 1:
        return Habit.AFTER_GAIN
    return Habit.EVEN
