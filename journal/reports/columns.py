"""Closed trades as columns of numbers, which a report runs over in one pass.

Rows stand in the order in which the trades closed. What nobody knows is not a number in
a column of floats and -1 in a column of codes. Money that is summed and shown is kept
exactly, in units of 1e-8; everything that enters a statistic is a float.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from journal.analytics.figures import FloatArray
from journal.analytics.outcome import Outcomes, outcomes


IntArray: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

UNIT = Decimal(10) ** 8
UNKNOWN = -1
NO_TRADE = 2  # no outcome of a trade before
_LARGEST_SUM = 2**62
MARKS = ("setups", "tagged", "mistakes")
MONEY = ("net", "fees")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Which trade carries which tag: `rows` are places in the columns, rising.

    `cost` is what a mistake changed, in R; not a number where nobody said.
    """

    rows: IntArray
    tags: IntArray
    cost: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Instants are microseconds since 1970 in UTC, days count from 1970-01-01.

    `entered` is the wall time of the entry at the exchange, in seconds since 1970.
    `priced` says that `net` is known; it and `fees` are money in units of 1e-8, `risk` and `volume` (bought and sold)
    money, `mae` and `mfe` R. `short`, `netted` (counts where accounts are taken for one)
    and `reviewed` are 0 or 1, `followed` is 0, 1 or unknown; `trend`, `volatility` and
    `source` are places in their enums, `symbol` in `symbols`. `tagged` holds all tags,
    `setups` those of that family. `distance` is of the entry from its average price, in
    daily ranges. `last_r` and `last_net` (its sign) are of the trade that closed last
    before the entry, `day_before` and `hour_before` count what was entered before it; see
    `sequence`.
    """

    ids: IntArray
    account: IntArray
    netted: IntArray
    symbol: IntArray
    short: IntArray
    opened: IntArray
    closed: IntArray
    entered: IntArray
    day: IntArray
    held: IntArray
    priced: Mask
    net: npt.NDArray[Any]
    fees: npt.NDArray[Any]
    r: FloatArray
    risk: FloatArray
    volume: FloatArray
    mae: FloatArray
    mfe: FloatArray
    distance: FloatArray
    last_r: FloatArray
    last_net: FloatArray
    day_before: IntArray
    hour_before: IntArray
    trend: IntArray
    volatility: IntArray
    followed: IntArray
    reviewed: IntArray
    playbook: IntArray
    source: IntArray
    setups: Marks
    tagged: Marks
    mistakes: Marks
    symbols: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.ids)

    @property
    def money(self) -> FloatArray:
        """Net results as floats, for statistics."""
        found: FloatArray = self.net.astype(np.float64) / float(UNIT)
        return found

    def outcomes(self, breakeven: Decimal | float) -> Outcomes:
        """Won, lost or even, of each trade; those without a price count for even."""
        return outcomes(np.sign(self.net).astype(np.float64), self.r, breakeven)

    def after(self, breakeven: Decimal | float) -> IntArray:
        """The outcome of the trade before each, `NO_TRADE` where there was none."""
        none = np.isnan(self.last_r) & np.isnan(self.last_net)
        found = outcomes(np.nan_to_num(self.last_net), self.last_r, breakeven)
        return np.where(none, NO_TRADE, found).astype(np.int64)

    @property
    def weekday(self) -> IntArray:
        """Of the entry at the exchange, 0 for Monday; 1970 began on a Thursday."""
        return (self.entered // 86_400 + 3) % 7

    @property
    def hour(self) -> IntArray:
        """Of the entry at the exchange."""
        return self.entered // 3_600 % 24

    def where(self, mask: Mask) -> Columns:
        """The rows of the mask; these columns themselves where it holds them all, and
        without a copy where its rows are neighbours, as those of a time mostly are.
        """
        if mask.all():
            return self
        places = np.flatnonzero(mask)
        rows: Any = places
        if len(places) and places[-1] - places[0] + 1 == len(places):
            rows = slice(places[0], places[-1] + 1)
        cut: dict[str, Any] = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        for name in MARKS:
            cut[name] = _kept(getattr(self, name), mask)
        return replace(self, **cut)


def _kept(marks: Marks, mask: Mask) -> Marks:
    """Those of the rows that stay, at the places that they then have."""
    stays = mask[marks.rows]
    places = np.cumsum(mask) - 1
    return Marks(
        rows=places[marks.rows[stays]],
        tags=marks.tags[stays],
        cost=marks.cost[stays],
    )


def exact(units: npt.NDArray[Any]) -> Decimal:
    """The sum of a column of money, to its last digit."""
    return Decimal(int(units.sum())) / UNIT if len(units) else Decimal(0)


def money_units(whole: IntArray, rest: IntArray) -> npt.NDArray[Any]:
    """Amounts from their whole part and 1e-8s, in a type whose sums cannot run over."""
    kind: Any = np.int64 if _fits(whole, int(UNIT)) else object
    found: npt.NDArray[Any] = whole.astype(kind) * int(UNIT) + rest.astype(kind)
    return found


def summable(units: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same amounts in a type whose sums cannot run over."""
    if units.dtype == object or _fits(units, 1):
        return units
    return units.astype(object)


def _fits(amounts: npt.NDArray[Any], scale: int) -> bool:
    """Whether all of them, were they as large as the largest, could be summed."""
    top = int(np.abs(amounts).max(initial=0)) + 1
    return top * scale * max(len(amounts), 1) < _LARGEST_SUM
