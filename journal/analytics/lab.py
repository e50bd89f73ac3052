"""Sizing lab: what a list of R-multiples may do to an account, per level of risk.

Each run draws trades from the list with replacement and compounds them, risking the same
share of the equity on each. A run that touches the ruin level ends there; one that was
never ruined and ends at or above the goal has reached it. Every level of risk meets the
same draws, so that levels differ by risk alone. Source: the objective simulator of Van
K. Tharp, Super Trader, which runs 10,000 times 50 trades per level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from journal.analytics.figures import LARGEST, FloatArray, Numbers, floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`goal` and `ruin` as multiples of the starting equity: 2 doubles, 0.5 halves."""

    goal: float
    ruin: float
    trades: int = 50
    runs: int = 10_000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskOutcome:
    """At `risk` per trade: chances, and end equity as multiples of the start."""

    risk: float
    goal: float
    ruin: float
    median: float
    mean: float
    low: float
    high: float


def outcomes(
    results: Numbers, risks: Sequence[float], scenario: Scenario
) -> tuple[RiskOutcome, ...]:
    """One outcome per risk (0.01 for one per cent); nothing for an empty list."""
    values = floats(results)
    if not len(values) or not scenario.runs or not scenario.trades:
        return ()
    generator = np.random.Generator(np.random.PCG64(scenario.seed))
    places = generator.integers(len(values), size=(scenario.trades, scenario.runs))
    drawn = values[places]
    return tuple(_outcome(drawn, risk, scenario) for risk in risks)


def _outcome(drawn: FloatArray, risk: float, scenario: Scenario) -> RiskOutcome:
    ends, ruined = _play(drawn, risk, scenario.ruin)
    low, middle, high = (float(each) for each in np.percentile(ends, (5, 50, 95)))
    return RiskOutcome(
        risk=risk,
        goal=float(np.mean((ends >= scenario.goal) & ~ruined)),
        ruin=float(np.mean(ruined)),
        median=middle,
        mean=float(ends.mean()),
        low=low,
        high=high,
    )


def _play(
    drawn: FloatArray, risk: float, ruin: float
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """End equity of each run and whether it was ruined, one trade of all at a time."""
    equity = np.ones(drawn.shape[1])
    ruined = equity <= ruin
    for results in drawn:
        # A trade cannot lose more than there is, nor make what no float holds.
        after = np.minimum(equity * np.maximum(1 + risk * results, 0), LARGEST)
        equity = np.where(ruined, equity, after)
        ruined = equity <= ruin
    return equity, ruined
