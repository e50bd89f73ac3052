"""A column of results and what all of a page says about it, in the page's unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from journal.analytics.confidence import Interval, mean_interval
from journal.analytics.deviation import Deviation
from journal.analytics.figures import Figure, FloatArray, missing
from journal.analytics.outcome import BREAKEVEN_R, Outcomes
from journal.analytics.summary import Summary, summary, summary_in_r
from journal.reports.capital import Capital
from journal.reports.columns import Columns, Mask
from journal.reports.unit import Unit


# Why a trade may have no result in a unit.
LEFT_OUT = {
    Unit.MONEY: "",
    Unit.R: "without a defined risk",
    Unit.PERCENT: "without a known equity on their day",
}


@dataclass(frozen=True)
class Sample:
    """Trades that have a result in `unit`; `results` are theirs, in the order of time.

    `left_out` counts the chosen trades that have none, `unpriced` those of which nobody
    knows what was paid.
    """

    columns: Columns
    unit: Unit
    results: FloatArray
    left_out: int
    unpriced: int
    breakeven: Decimal = BREAKEVEN_R

    @property
    def n(self) -> int:
        return len(self.results)

    @cached_property
    def summary(self) -> Summary:
        return summary(self.results, by=self.outcomes)

    @cached_property
    def outcomes(self) -> Outcomes:
        return self.columns.outcomes(self.breakeven)

    @cached_property
    def r(self) -> FloatArray:
        """The R-multiples of those that have one."""
        known = ~np.isnan(self.columns.r)
        return self.columns.r if known.all() else self.columns.r[known]

    @cached_property
    def in_r(self) -> Summary:
        """Of the R-multiples, whatever the unit: the quality is made of these."""
        if self.unit is Unit.R:
            return self.summary
        return summary_in_r(self.r, breakeven=self.breakeven)

    @cached_property
    def kept(self) -> Figure:
        """The share that was made of the best prices, of trades whose bars are known."""
        columns = self.columns
        known = (columns.mfe > 0) & ~np.isnan(columns.r)
        best, n = float(columns.mfe[known].sum()), int(known.sum())
        if not best:
            return missing("no trade has bars", n)
        return Figure(value=float(columns.r[known].sum()) / best, n=n)

    @cached_property
    def now_below(self) -> float:
        """How far the total stands below its best now."""
        total = np.cumsum(self.results)
        return float(total[-1] - max(float(total.max()), 0.0)) if len(total) else 0.0

    @property
    def deviation(self) -> Deviation:
        found = self.summary
        mean = found.expectancy.value or 0.0
        return Deviation(n=found.n, mean=mean, sd=found.sd.value)

    @cached_property
    def interval(self) -> Interval:
        return mean_interval(self.deviation)


def sample(
    chosen: Columns,
    unit: Unit,
    capital: Capital,
    *,
    breakeven: Decimal = BREAKEVEN_R,
) -> Sample:
    """`chosen` may hold trades without a price, which have no result in any unit."""
    results = results_in(chosen, unit, capital)
    known: Mask = chosen.priced & ~np.isnan(results)
    priced, n = int(chosen.priced.sum()), int(known.sum())
    return Sample(
        columns=chosen.where(known),
        unit=unit,
        results=results if n == len(known) else results[known],
        left_out=priced - n,
        unpriced=len(known) - priced,
        breakeven=breakeven,
    )


def results_in(columns: Columns, unit: Unit, capital: Capital) -> FloatArray:
    """Per cent is the result as a share of the equity that the day began with."""
    if unit is Unit.R:
        return columns.r
    if unit is Unit.MONEY:
        return columns.money
    return columns.money / capital.of(columns.day)
