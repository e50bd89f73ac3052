"""Mean and sample standard deviation.

sd = sqrt(sum((x - mean)^2) / (n - 1)); the sample form throughout, since a trader's
trades are a sample of what the system does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from journal.analytics.figures import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """`sd` is None below two values, and exactly 0 where all values are equal."""

    n: int
    mean: float
    sd: float | None


def deviation(values: FloatArray) -> Deviation:
    n = len(values)
    if not n:
        return Deviation(n=0, mean=0.0, sd=None)
    mean = float(values.mean())
    if n == 1:
        return Deviation(n=n, mean=mean, sd=None)
    # Equal values must not differ from their own mean by a rounding.
    if values.min() == values.max():
        return Deviation(n=n, mean=float(values[0]), sd=0.0)
    apart = values - mean
    return Deviation(
        n=n, mean=mean, sd=math.sqrt(float(np.square(apart).sum()) / (n - 1))
    )
