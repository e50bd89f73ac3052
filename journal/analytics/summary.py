"""All statistics of a list of R-multiples in one pass over it.

Each number is the one that its own module defines, and tests hold the two equal to
1e-12; this one stays quick for a million trades (benchmarks/statistics.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.fall import Fall
from journal.analytics.figures import (
    LOW_SAMPLE,
    NO_TRADES,
    TOO_FEW,
    Figure,
    Numbers,
    floats,
    known,
    missing,
)
from journal.analytics.kelly import kelly_of
from journal.analytics.outcome import BREAKEVEN_R, Outcomes, outcomes
from journal.analytics.payoff import payoff_of
from journal.analytics.profit_factor import profit_factor_of
from journal.analytics.quality import CAP, Quality, quality_of
from journal.analytics.sides import Sides, sides_by
from journal.analytics.streaks import Streaks, streaks_of
from journal.analytics.tally import Moments, Signs, blocks
from journal.analytics.win_rate import win_rate_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """The deepest drawdown in the unit of the results; see `drawdown.Drawdown`."""

    depth: float
    peak_at: int
    trough_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`total`, `best`, `worst` and the averages in the unit of the results."""

    n: int
    total: float
    expectancy: Figure
    sd: Figure
    standard_error: Figure
    quality: Quality
    sides: Sides
    best: float | None
    worst: float | None
    win_rate: Figure
    payoff: Figure
    profit_factor: Figure
    kelly: Figure
    streaks: Streaks
    drawdown: Fallen

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE


def summary(
    results: Numbers, *, cap: int | None = CAP, by: Outcomes | None = None
) -> Summary:
    """`by` says which results are wins, losses and even (see `outcome`); without it
    their signs decide. Raises UnsoundNumberError for a value that is not finite.
    """
    values = floats(results)
    moments, fall, signs = Moments(), Fall(relative=False), Signs()
    for block in blocks(values):
        moments.add(block)
        fall.add(block)
        if by is None:
            signs.add(block)
    if by is not None:
        signs.add(by)
    wins, losses = signs.wins(), signs.losses()
    found = _sides(moments, wins, losses) if by is None else sides_by(values, by)
    apart = moments.deviation()
    n = apart.n
    return Summary(
        n=n,
        total=fall.last,
        expectancy=known(apart.mean, n) if n else missing(NO_TRADES, 0),
        sd=_or_missing(apart.sd, n),
        standard_error=_or_missing(apart.sd and apart.sd / math.sqrt(n), n),
        quality=quality_of(n=n, mean=apart.mean, sd=apart.sd, cap=cap),
        sides=found,
        best=moments.high if n else None,
        worst=moments.low if n else None,
        win_rate=win_rate_of(found),
        payoff=payoff_of(found),
        profit_factor=profit_factor_of(found),
        kelly=kelly_of(found),
        streaks=streaks_of(wins=wins, losses=losses),
        drawdown=Fallen(
            depth=fall.depth, peak_at=fall.peak_at, trough_at=fall.trough_at
        ),
    )


def summary_in_r(
    results: Numbers, *, breakeven: Decimal | float = BREAKEVEN_R, cap: int | None = CAP
) -> Summary:
    """The same of R-multiples, of which those below `breakeven` either way are even."""
    values = floats(results)
    return summary(values, cap=cap, by=outcomes(values, values, breakeven))


def _sides(moments: Moments, wins: int, losses: int) -> Sides:
    won, lost = wins.bit_count(), losses.bit_count()
    return Sides(
        wins=won,
        losses=lost,
        breakevens=moments.n - won - lost,
        won=moments.won,
        lost=moments.lost,
    )


def _or_missing(value: float | None, n: int) -> Figure:
    return missing(TOO_FEW, n) if value is None else known(value, n)
