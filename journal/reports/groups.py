"""Results by group, all groups in a few passes over the columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from journal.analytics.confidence import Interval, mean_interval
from journal.analytics.deviation import Deviation
from journal.analytics.figures import LOW_SAMPLE, Figure, FloatArray
from journal.analytics.outcome import Outcomes
from journal.analytics.profit_factor import profit_factor_of
from journal.analytics.quality import Quality, quality_of
from journal.analytics.sides import Sides
from journal.analytics.win_rate import win_rate_of
from journal.reports.columns import UNIT, IntArray, Mask, exact


_ROUNDING = 1e-12
# 100,000,000 sums of so many bits are whole numbers below 2^53.
_BITS = 26
_MOST_CODES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`net` is exact money, all else in the unit of the results.

    `quality` is of R-multiples alone; its value is withheld below 30 trades.
    """

    code: int
    apart: Deviation
    sides: Sides
    quality: Quality
    total: float
    net: Decimal

    @property
    def n(self) -> int:
        return self.apart.n

    @property
    def interval(self) -> Interval:
        return mean_interval(self.apart)

    @property
    def win_rate(self) -> Figure:
        return win_rate_of(self.sides)

    @property
    def profit_factor(self) -> Figure:
        return profit_factor_of(self.sides)

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What is grouped: a result, an R-multiple (or none), exact money and whether it
    won, of each row.
    """

    codes: IntArray
    results: FloatArray
    r: FloatArray
    net: npt.NDArray[Any]
    outcomes: Outcomes


def grouped(rows: Rows) -> list[Group]:
    """One group per code that has trades, in the order of the codes."""
    if not len(rows.codes):
        return []
    codes, group = _numbered(rows.codes)
    whole = _apart(group, rows.results, len(codes))
    in_r = whole if rows.r is rows.results else _in_r(group, rows.r, len(codes))
    won = _side(group, rows, rows.outcomes > 0, length=len(codes))
    lost = _side(group, rows, rows.outcomes < 0, length=len(codes))
    money = _money(group, rows.net, len(codes))
    return [
        Group(
            code=int(code),
            apart=whole[place],
            sides=Sides(
                wins=won[place][0],
                losses=lost[place][0],
                breakevens=whole[place].n - won[place][0] - lost[place][0],
                won=won[place][1],
                lost=lost[place][1],
            ),
            quality=quality_of(
                n=in_r[place].n, mean=in_r[place].mean, sd=in_r[place].sd
            ),
            total=whole[place].mean * whole[place].n,
            net=money[place],
        )
        for place, code in enumerate(codes)
    ]


def _apart(group: IntArray, values: FloatArray, length: int) -> list[Deviation]:
    """Mean and deviation of each group, in two passes, so that no digits are lost."""
    n = np.bincount(group, minlength=length)
    mean = np.bincount(group, weights=values, minlength=length) / np.maximum(n, 1)
    apart = values - mean[group]
    squares = np.bincount(group, weights=apart * apart, minlength=length)
    return [
        _deviation(int(count), float(middle), squares=float(square))
        for count, middle, square in zip(n, mean, squares, strict=True)
    ]


def _in_r(group: IntArray, r: FloatArray, length: int) -> list[Deviation]:
    known = ~np.isnan(r)
    if known.all():
        return _apart(group, r, length)
    return _apart(group[known], r[known], length)


def _deviation(n: int, mean: float, *, squares: float) -> Deviation:
    """Equal values differ from their mean by roundings, which is no variation."""
    if n <= 1:
        return Deviation(n=n, mean=mean, sd=None)
    sd = math.sqrt(squares / (n - 1))
    return Deviation(n=n, mean=mean, sd=sd if sd > abs(mean) * _ROUNDING else 0.0)


def _side(
    group: IntArray, rows: Rows, mask: Mask, *, length: int
) -> list[tuple[int, float]]:
    """How many are of this side, and their sum."""
    mine = group[mask]
    sums = np.bincount(mine, weights=rows.results[mask], minlength=length)
    counts = np.bincount(mine, minlength=length)
    return [(int(n), float(one)) for n, one in zip(counts, sums, strict=True)]


def _money(group: IntArray, units: npt.NDArray[Any], length: int) -> list[Decimal]:
    """Exact: the upper and the lower digits are summed apart, as floats hold both."""
    if units.dtype == object:
        return [exact(units[group == place]) for place in range(length)]
    upper = np.bincount(group, weights=units >> _BITS, minlength=length)
    lower = np.bincount(group, weights=units & ((1 << _BITS) - 1), minlength=length)
    return [
        Decimal((int(high) << _BITS) + int(low)) / UNIT
        for high, low in zip(upper, lower, strict=True)
    ]


def _numbered(codes: IntArray) -> tuple[IntArray, IntArray]:
    """The codes that there are, rising, and the place among them of each row's."""
    low = int(codes.min())
    if int(codes.max()) - low > _MOST_CODES:
        found, group = np.unique(codes, return_inverse=True)
        return found, group
    here = np.bincount(codes - low) > 0
    places = np.cumsum(here) - 1
    return np.flatnonzero(here) + low, places[codes - low]
