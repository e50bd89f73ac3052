"""What a group of trades came to beside the others, and how sure that is.

With the 95 % interval of `journal.analytics.confidence`; below 30 trades in either group
nothing is claimed (see `LEAST_SAMPLE`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.confidence import mean_interval
from journal.analytics.deviation import deviation
from journal.analytics.figures import floats
from journal.behaviour.signals.past import LEAST_SAMPLE, PastTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """Mean R of `n` trades, None of none; `low` and `high` are None below two."""

    n: int
    mean: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def claims(self) -> bool:
        """Whether there are enough trades to say anything."""
        return self.n >= LEAST_SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The trades that something is true of, and the others."""

    inside: Average
    outside: Average

    @property
    def claims(self) -> bool:
        return self.inside.claims and self.outside.claims


def average(results: Sequence[Decimal]) -> Average:
    if not results:
        return Average(n=0, mean=None)
    found = deviation(floats(results))
    interval = mean_interval(found)
    return Average(
        n=found.n,
        mean=_exact(found.mean),
        low=_exact(interval.low),
        high=_exact(interval.high),
    )


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6)))


def split(trades: Sequence[PastTrade], is_inside: Callable[[PastTrade], bool]) -> Split:
    """Of closed trades with a planned risk; the others have no R to average."""
    known = [(is_inside(trade), trade.r) for trade in trades if trade.r is not None]
    return Split(
        inside=average([r for inside, r in known if inside]),
        outside=average([r for inside, r in known if not inside]),
    )
