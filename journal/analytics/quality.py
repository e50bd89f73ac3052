"""System quality number (SQN), after Van K. Tharp.

SQN = sqrt(min(N, 100)) x mean(R) / sd(R), sample standard deviation: the t-statistic of
the mean R with N capped. Source: Van K. Tharp, The Definitive Guide to Position Sizing;
the bands are those of backtrader's SQN analyzer, made half-open and without gaps.
Differences: backtrader takes money instead of R and the population deviation, and it
and Edgewonk do not cap N. "SQN" is claimed as a mark of the Van Tharp Institute.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from journal.analytics.deviation import deviation
from journal.analytics.figures import (
    LOW_SAMPLE,
    NO_VARIATION,
    TOO_FEW,
    Numbers,
    floats,
)


CAP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From `low`, which belongs to the band unless `above`; the next band ends it."""

    low: float
    name: str
    above: bool = False

    def reached_by(self, value: float) -> bool:
        return value > self.low if self.above else value >= self.low


BANDS = (
    Band(low=-math.inf, name="hard to trade"),
    Band(low=1.6, name="below average"),
    Band(low=2.0, name="average"),
    Band(low=2.5, name="good"),
    Band(low=3.0, name="excellent"),
    Band(low=5.0, name="superb", above=True),
    Band(low=7.0, name="holy grail (verify data)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """`n` trades, of which `counted` enter; `value` and `band` are None with a `why`."""

    value: float | None
    band: str | None
    n: int
    counted: int
    why: str = ""

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE


def quality(
    results: Numbers, *, cap: int | None = CAP, bands: Sequence[Band] = BANDS
) -> Quality:
    """The SQN of a list of R-multiples; `cap` None counts every trade."""
    found = deviation(floats(results))
    return quality_of(n=found.n, mean=found.mean, sd=found.sd, cap=cap, bands=bands)


def quality_of(
    *,
    n: int,
    mean: float,
    sd: float | None,
    cap: int | None = CAP,
    bands: Sequence[Band] = BANDS,
) -> Quality:
    """The SQN from the number of trades, their mean R and their sample deviation."""
    counted = n if cap is None else min(n, cap)
    if sd is None or not sd:
        why = TOO_FEW if sd is None else NO_VARIATION
        return Quality(value=None, band=None, n=n, counted=counted, why=why)
    value = math.sqrt(counted) * mean / sd
    return Quality(value=value, band=band_of(value, bands), n=n, counted=counted)


def band_of(value: float, bands: Sequence[Band] = BANDS) -> str:
    """The last band that the value reaches; `bands` rise and the first takes all."""
    return [band.name for band in bands if band.reached_by(value)][-1]
