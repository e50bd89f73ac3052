"""Money-weighted return: the annual rate at which all flows are worth nothing today.

sum(amount x (1 + rate)^-(days / 365)) = 0: the internal rate of return on dates, as
spreadsheets' XIRR. It weighs a period by the money that was there, so it shows what the
trader's own timing of deposits made of the trading. Solved by bisection in log(1 + rate)
after a scan for changes of sign; flows that turn more than once may have several rates,
and then none is printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from journal.analytics.figures import Figure, known, missing


# log(1 + rate): from losing 99.995 % a year to a growth of 22,000 times.
_LOWEST, _HIGHEST, _STEPS = -10.0, 10.0, 400
_DAYS = 365.0
_LARGEST = 600.0  # exponentials of more, times money, may be no float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Money the trader paid in (negative) or got (positive, the final value too)."""

    day: date
    amount: Decimal


def money_weighted(flows: Sequence[Flow]) -> Figure:
    """Per year, 0.1 for ten per cent; None without one single rate."""
    n = len(flows)
    if not any(f.amount < 0 for f in flows) or not any(f.amount > 0 for f in flows):
        return missing("money must go in and come out", n)
    first = min(flow.day for flow in flows)
    timed = [((f.day - first).days / _DAYS, float(f.amount)) for f in flows]
    if not any(years for years, _ in timed):
        return missing("all flows on one day", n)
    brackets = _brackets(timed)
    if len(brackets) != 1:
        return missing("more than one rate" if brackets else "no rate", n)
    return known(math.expm1(_root(timed, brackets[0])), n)


def _worth(timed: list[tuple[float, float]], log_rate: float) -> float:
    return math.fsum(amount * math.exp(-log_rate * years) for years, amount in timed)


def _brackets(timed: list[tuple[float, float]]) -> list[tuple[float, float]]:
    lowest = max(_LOWEST, -_LARGEST / max(years for years, _ in timed))
    width = (_HIGHEST - lowest) / _STEPS
    # Halfway between round places, so that a rate of exactly 0 falls inside one bracket.
    grid = lowest + width * (np.arange(_STEPS) + 0.5)
    years, amounts = np.array(timed).T
    worths = (np.exp(-np.outer(grid, years)) * amounts).sum(axis=1)
    turns = np.flatnonzero(np.diff(worths < 0))
    return [(float(grid[turn]), float(grid[turn + 1])) for turn in turns]


def _root(timed: list[tuple[float, float]], bracket: tuple[float, float]) -> float:
    low, high = bracket
    sign = _worth(timed, low) < 0
    for _ in range(80):
        middle = (low + high) / 2
        if (_worth(timed, middle) < 0) == sign:
            low = middle
        else:
            high = middle
    return (low + high) / 2
