"""Drawdown: how far a curve lies below its own highest point so far.

In the unit of the results: the curve starts at 0, so a first loss is a drawdown too.
Of equity: as a share of the peak, as empyrical's and quantstats' `max_drawdown`, which
print it negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import FloatArray, Numbers, floats
from journal.analytics.streaks import longest_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The deepest fall. Places count points of the curve, 0 being its start.

    `recovered_at` is where the peak was reached again, None while it is not;
    `longest` counts the points of the longest stretch below a peak.
    """

    depth: float
    peak_at: int
    trough_at: int
    recovered_at: int | None
    longest: int


def drawdown(results: Numbers) -> Drawdown:
    """Of the running total of R-multiples or money results."""
    return _deepest(running_total(results), relative=False)


def equity_drawdown(equity: Numbers) -> Drawdown:
    """Of equity points, in money."""
    return _deepest(floats(equity), relative=False)


def relative_drawdown(equity: Numbers) -> Drawdown:
    """Of equity points, as a share of the peak (0.2 for a fifth); equity above 0."""
    return _deepest(floats(equity), relative=True)


def underwater(results: Numbers) -> FloatArray:
    """The distance below the peak at each point of the running total, 0 or less."""
    curve = running_total(results)
    below: FloatArray = curve - np.maximum.accumulate(curve)
    return below


def running_total(results: Numbers) -> FloatArray:
    """The curve that the results draw, from 0; one point more than there are results."""
    values = floats(results)
    curve = np.zeros(len(values) + 1)
    np.cumsum(values, out=curve[1:])
    return curve


def _deepest(curve: FloatArray, *, relative: bool) -> Drawdown:
    if not len(curve):
        return Drawdown(depth=0.0, peak_at=0, trough_at=0, recovered_at=None, longest=0)
    peaks = np.maximum.accumulate(curve)
    below = peaks - curve
    if relative:
        below /= peaks
    trough = int(below.argmax())
    peak = int(np.searchsorted(peaks, peaks[trough]))
    again = np.flatnonzero(curve[trough:] >= peaks[trough])
    return Drawdown(
        depth=float(below[trough]),
        peak_at=peak,
        trough_at=trough,
        recovered_at=trough + int(again[0]) if len(again) else None,
        longest=longest_run(below > 0),
    )
