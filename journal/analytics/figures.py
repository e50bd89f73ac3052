"""What every metric is made of and what it answers with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt


FloatArray: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = Sequence[float] | Sequence[Decimal] | FloatArray

# Below this many trades a statistic is marked as not reliable (the caveat of
# backtrader's SQN analyzer and of most trading journals).
LOW_SAMPLE = 30

# Squares of results must stay finite, and their sums.
LARGEST = 1e100

NO_TRADES = "no trades"
NO_LOSSES = "no losses"
NO_WINS = "no wins"
NO_VARIATION = "no variation"
TOO_FEW = "fewer than two trades"
TOO_LARGE = "too large to be counted"


class UnsoundNumberError(ValueError):
    """A value is no finite number, or absurdly large; `position` counts from 1."""

    def __init__(self, position: int) -> None:
        super().__init__(f"Value {position} is not a finite number.")
        self.position = position


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A statistic and the number of trades or periods it stands on.

    `value` is None where the statistic does not exist, and `why` says why.
    """

    value: float | None
    n: int
    why: str = ""

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE


def known(value: float, n: int) -> Figure:
    """The figure; one that floats cannot hold is missing."""
    found = float(value)
    return Figure(value=found, n=n) if math.isfinite(found) else missing(TOO_LARGE, n)


def missing(why: str, n: int) -> Figure:
    return Figure(value=None, n=n, why=why)


def floats(values: Numbers) -> FloatArray:
    """The values as float64; raises UnsoundNumberError at the first that is unsound."""
    found = np.asarray(values, dtype=np.float64)
    # What is no number makes both extremes no number, and compares as false.
    if len(found) and not (found.max() <= LARGEST and found.min() >= -LARGEST):
        raise UnsoundNumberError(int(np.argmin(np.abs(found) <= LARGEST)) + 1)
    return found
