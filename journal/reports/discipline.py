"""What sizes, mistakes, haste and time in the market made of the trades.

The single metrics of `journal.analytics` over columns: the same numbers from arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from journal.analytics.figures import Figure, missing
from journal.analytics.mistakes import efficiency
from journal.analytics.overtrading import DailyCount, overtrading
from journal.reports.capital import Capital
from journal.reports.columns import Columns, IntArray, exact


HISTORY = 60
_MONTH = 30.4375


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaked:
    """Money made less what the same R-multiples make at the median risk."""

    constant: Decimal
    made: Decimal
    at_constant: Decimal
    n: int

    @property
    def leakage(self) -> Decimal:
        return self.made - self.at_constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """`mistakes` counts mistakes, `mistaken` the trades with any; `cost_r` is known for
    `costed` of them. `busiest` is the last day's count of entries beside the days
    before, `per_month` the turnover; shares where not said otherwise.
    """

    efficiency: Figure
    mistakes: int
    mistaken: int
    cost_r: float
    costed: int
    leaked: Leaked | None
    entries_today: int
    usual: float
    overtrading: DailyCount | None
    in_market: float | None
    per_month: Figure


def discipline(columns: Columns, capital: Capital) -> Discipline:
    cost = columns.mistakes.cost
    known = ~np.isnan(cost)
    counts = entries_per_day(columns)
    history, today = counts[:-1][-HISTORY:], counts[-1] if counts else 0
    count = len(columns.mistakes.rows)
    return Discipline(
        efficiency=efficiency(mistakes=count, trades=columns.n),
        mistakes=count,
        mistaken=int(np.count_nonzero(np.diff(columns.mistakes.rows, prepend=-1))),
        cost_r=float(cost[known].sum()),
        costed=int(known.sum()),
        leaked=leaked(columns),
        entries_today=today,
        usual=float(np.median(history)) if history else 0.0,
        overtrading=overtrading(history, today),
        in_market=in_market(columns.opened, columns.closed),
        per_month=turnover_per_month(columns, capital),
    )


def leaked(columns: Columns) -> Leaked | None:
    """None without a trade that has a risk."""
    sized = ~(np.isnan(columns.r) | np.isnan(columns.risk))
    if not sized.any():
        return None
    constant = float(np.median(columns.risk[sized]))
    return Leaked(
        constant=_cents(constant),
        made=exact(columns.net[sized]),
        at_constant=_cents(constant * float(columns.r[sized].sum())),
        n=int(sized.sum()),
    )


def in_market(opened: IntArray, closed: IntArray) -> float | None:
    """Share of the time from the first entry to the last exit with anything held."""
    if not len(opened):
        return None
    order = np.argsort(opened, kind="stable")
    starts, ends = opened[order], np.maximum.accumulate(closed[order])
    span = int(ends[-1] - starts[0])
    gaps = np.maximum(starts[1:] - ends[:-1], 0)
    return 1 - float(gaps.sum()) / span if span > 0 else None


def entries_per_day(columns: Columns) -> list[int]:
    """How many trades were entered on each of the days with any, oldest first."""
    if not columns.n:
        return []
    day = columns.entered // 86_400
    counts = np.bincount(day - day.min())
    found: list[int] = counts[counts > 0].tolist()
    return found


def turnover_per_month(columns: Columns, capital: Capital) -> Figure:
    """Half of bought and sold over the mean equity, per month of the time traded."""
    known = ~np.isnan(columns.volume)
    if not len(capital.days) or not known.any():
        return missing(capital.why or "no trade has a known value", 0)
    middle = float(capital.begun.mean())
    days = max(float(columns.closed.max() - columns.opened.min()) / 86_400e6, 1.0)
    share = float(columns.volume[known].sum()) / 2 / middle
    return Figure(value=share / days * _MONTH, n=int(known.sum()))


def _cents(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
