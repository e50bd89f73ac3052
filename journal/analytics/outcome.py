"""Won, lost or even: the one definition by which wins and losses are counted.

A trade is even (a breakeven) where its net result is nearer to nothing than `breakeven`
in R: |R| < breakeven, by default 0.05; else its sign says whether it won. A trade
without an R-multiple is even where it made exactly nothing. A threshold of 0 counts
strictly by sign, as empyrical and quantstats do.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from journal.analytics.figures import FloatArray


# Unless a person has said otherwise (`Preferences.breakeven_r`).
BREAKEVEN_R = Decimal("0.05")
WON, LOST, EVEN = 1, -1, 0

# One of the three for each trade.
Outcomes: TypeAlias = npt.NDArray[np.int8]


def outcome(
    r: Decimal | None, net: Decimal | None, breakeven: Decimal = BREAKEVEN_R
) -> int | None:
    """None where neither is known."""
    if r is not None:
        return EVEN if abs(r) < breakeven else _sign(r)
    return None if net is None else _sign(net)


def outcomes(
    results: FloatArray, r: FloatArray, breakeven: Decimal | float
) -> Outcomes:
    """Of each trade; `results` in any unit, `r` not a number where there is none."""
    found: Outcomes = np.sign(results).astype(np.int8)
    # A comparison with what is no number is false: those keep their sign.
    found[np.abs(r) < float(breakeven)] = EVEN
    return found


def least_win(breakeven: float) -> float:
    """The smallest result that is a win; its negative is the smallest loss."""
    return breakeven or math.ulp(0.0)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)
