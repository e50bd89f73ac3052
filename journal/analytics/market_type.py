"""Market type: direction and volatility, which describe and do not predict.

Direction = sqrt(100) x mean / sd of the last 100 daily changes in per cent, with the
ranges of Van K. Tharp's SQN report of October 2014; he called his exact calculation
proprietary, this is the published description. Volatility: ATR(20) / close in per cent,
in standard deviations from its long history, with the cut-offs of R. J. Hixson
(traderplanet.com) by default, or those read into Tharp's newsletter 425.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from journal.analytics.deviation import deviation
from journal.analytics.figures import Numbers, floats


PERIOD = 100
_STRONG_BULL, _BULL, _NEUTRAL, _BEAR = 1.47, 0.70, 0.0, -0.70
_VERY_VOLATILE = 3.0


class Direction(StrEnum):
    STRONG_BULL = "strong bull"
    BULL = "bull"
    NEUTRAL = "neutral"
    BEAR = "bear"
    STRONG_BEAR = "strong bear"


class Volatility(StrEnum):
    QUIET = "quiet"
    NORMAL = "normal"
    VOLATILE = "volatile"
    VERY_VOLATILE = "very volatile"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityScale:
    """The long history of ATR / close in per cent; normal is `normal` sd either side."""

    mean: float
    sd: float
    normal: float

    @property
    def cuts(self) -> tuple[float, float, float]:
        """Where normal, volatile and very volatile begin."""
        width = self.normal * self.sd
        highest = self.mean + _VERY_VOLATILE * self.sd
        return self.mean - width, self.mean + width, highest


TO_2009 = VolatilityScale(mean=1.47, sd=0.72, normal=0.5)
HIXSON = VolatilityScale(mean=1.5, sd=0.503, normal=1.0)


def trend(closes: Numbers, *, period: int = PERIOD) -> float | None:
    """Of the last `period` changes, which take one close more; None with fewer."""
    values = floats(closes)[-period - 1 :]
    if len(values) <= period:
        return None
    found = deviation(np.diff(values) / values[:-1] * 100)
    return trend_of(mean=found.mean, sd=found.sd, period=period)


def trend_of(*, mean: float, sd: float | None, period: int = PERIOD) -> float | None:
    """None without variation."""
    return math.sqrt(period) * mean / sd if sd else None


def direction(value: float) -> Direction:
    if value > _STRONG_BULL:
        return Direction.STRONG_BULL
    for least, name in (
        (_BULL, Direction.BULL),
        (_NEUTRAL, Direction.NEUTRAL),
        (_BEAR, Direction.BEAR),
    ):
        if value >= least:
            return name
    return Direction.STRONG_BEAR


def volatility(range_percent: float, scale: VolatilityScale = HIXSON) -> Volatility:
    """Of ATR(20) / close in per cent."""
    normal, volatile, very = scale.cuts
    if range_percent < normal:
        return Volatility.QUIET
    if range_percent <= volatile:
        return Volatility.NORMAL
    if range_percent <= very:
        return Volatility.VOLATILE
    return Volatility.VERY_VOLATILE
