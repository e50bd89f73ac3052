"""Returns of periods, from the equity at their ends and the money that came and went.

r = equity at the end / (equity before + what came in) - 1: money arrives before the
period's trading. Compounded: prod(1 + r) - 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from journal.analytics.figures import FloatArray, Numbers, floats


TRADING_DAYS = 252


class NoCapitalError(ValueError):
    """A period began with nothing, so that it has no return; `period` counts from 1."""

    def __init__(self, period: int) -> None:
        super().__init__(f"Period {period} began with no capital.")
        self.period = period


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """Equity at the end of a period; `flow` is what was paid in (+) or out (-) at its
    beginning.
    """

    equity: Decimal
    flow: Decimal = Decimal(0)


def period_returns(points: Sequence[EquityPoint]) -> FloatArray:
    """One return per point after the first; raises NoCapitalError."""
    found = []
    for period, (before, after) in enumerate(pairwise(points), start=1):
        capital = before.equity + after.flow
        if capital <= 0:
            raise NoCapitalError(period)
        found.append(float(after.equity / capital) - 1)
    return np.asarray(found, dtype=np.float64)


def growth_curve(returns: Numbers) -> FloatArray:
    """What 1 becomes, from its start; one point more than there are returns."""
    values = floats(returns)
    curve = np.ones(len(values) + 1)
    np.cumprod(values + 1, out=curve[1:])
    return curve
