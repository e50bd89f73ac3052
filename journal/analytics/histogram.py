"""How R-multiples are spread: counts per bar of equal width, with open ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import Numbers, floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Results from `low` up to but not including `high`; None is an open end."""

    low: float | None
    high: float | None
    count: int


def histogram(
    results: Numbers, *, width: float = 0.5, low: float = -5.0, high: float = 10.0
) -> tuple[Bar, ...]:
    """From the lowest bar that holds a result to the highest; what lies outside `low`
    and `high` is counted in the open ends, so that one outlier does not flatten all.
    """
    values = floats(results)
    if not len(values):
        return ()
    edges = low + width * np.arange(round((high - low) / width) + 1)
    counts = np.bincount(
        np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1
    )
    filled = np.flatnonzero(counts)
    ends = [None, *(float(edge) for edge in edges), None]
    return tuple(
        Bar(low=ends[place], high=ends[place + 1], count=int(counts[place]))
        for place in range(filled[0], filled[-1] + 1)
    )
