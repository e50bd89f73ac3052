"""How sure a mean is: its interval, and that of the difference of two means.

mean +- t(level, n - 1) x sd / sqrt(n); of a difference, B. L. Welch's interval, which
does not take the deviations for equal: se = sqrt(sd_a^2/n_a + sd_b^2/n_b) and degrees of
freedom (after F. E. Satterthwaite, 1946) rounded down, which widens it. The quantile of
Student's t: the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4, and from 200
degrees the expansion 26.7.5. Both take trades for independent, which real ones are not
quite: the truth is rather wider.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from journal.analytics.deviation import Deviation
from journal.analytics.figures import TOO_FEW


LEVEL = 0.95
_LARGE = 200
_REACH = 700.0  # beyond the 97.5 % point of a single degree of freedom, which is 12.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """In the unit of the results; both ends None where `why` says so."""

    low: float | None
    high: float | None
    why: str = ""

    @property
    def has_zero(self) -> bool:
        """Whether zero is inside, so that the sign is no verdict; true if unknown."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high


UNKNOWN = Interval(low=None, high=None, why=TOO_FEW)


def mean_interval(found: Deviation, *, level: float = LEVEL) -> Interval:
    if found.sd is None:
        return UNKNOWN
    reach = quantile_of_t(level, found.n - 1) * found.sd / math.sqrt(found.n)
    return Interval(low=found.mean - reach, high=found.mean + reach)


def difference_interval(
    a: Deviation, b: Deviation, *, level: float = LEVEL
) -> Interval:
    """Of mean(a) - mean(b), for samples that share no trade."""
    if a.sd is None or b.sd is None:
        return UNKNOWN
    apart = a.mean - b.mean
    first, second = a.sd**2 / a.n, b.sd**2 / b.n
    whole = first + second
    if not whole:
        return Interval(low=apart, high=apart)
    freedom = whole**2 / (first**2 / (a.n - 1) + second**2 / (b.n - 1))
    reach = quantile_of_t(level, max(1, math.floor(freedom))) * math.sqrt(whole)
    return Interval(low=apart - reach, high=apart + reach)


@lru_cache(maxsize=512)
def quantile_of_t(level: float, freedom: int) -> float:
    """The t that the share `level` of Student's distribution lies within, both sides."""
    if freedom >= _LARGE:
        return _expanded(NormalDist().inv_cdf((1 + level) / 2), freedom)
    low, high = 0.0, _REACH
    for _ in range(80):
        middle = (low + high) / 2
        if _within(middle, freedom) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(-t <= T <= t)."""
    theta = math.atan(t / math.sqrt(freedom))
    sine, square = math.sin(theta), math.cos(theta) ** 2
    odd = freedom % 2
    term, total = (math.cos(theta), 0.0) if odd else (1.0, 0.0)
    for power in range(2 if odd else 1, freedom, 2):
        total += term
        term *= square * power / (power + 1)
    if odd:
        return 2 / math.pi * (theta + sine * total)
    return sine * total


def _expanded(x: float, n: int) -> float:
    first = (x**3 + x) / 4
    second = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    return x + first / n + second / n**2 + third / n**3
