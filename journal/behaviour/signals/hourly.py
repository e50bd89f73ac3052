"""Trades per hour: more new-risk orders within the hour than nearly ever before.

Most hours with an order hold one or two, so that the robust z of a day's count
(`pace`) says nothing here. Flagged where the last 60 minutes hold more than 99 of 100
of the hours in which the trader sent any, and at least three.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np


HOUR = timedelta(hours=1)
# Of fewer hours with an order nobody's usual is known.
LEAST_HOURS = 30
_LEAST_ORDERS = 3
_SHARE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Hourly:
    """`within` are the orders of the last 60 minutes; `most` is what 99 of 100 earlier
    hours with an order held at most, of `hours` such hours.
    """

    within: int = 0
    most: int = 0
    hours: int = 0

    @property
    def flagged(self) -> bool:
        return self.is_unusual(self.within)

    def is_unusual(self, orders: int) -> bool:
        known = self.hours >= LEAST_HOURS
        return known and orders >= _LEAST_ORDERS and orders > self.most


def hourly(sent: Iterable[datetime], now: datetime) -> Hourly:
    """`sent` has the instant of each new-risk order."""
    instants = [at for at in sent if at <= now]
    within = sum(at > now - HOUR for at in instants)
    earlier = Counter(
        at.replace(minute=0, second=0, microsecond=0)
        for at in instants
        if at <= now - HOUR
    )
    if not earlier:
        return Hourly(within=within)
    most = np.quantile(list(earlier.values()), _SHARE, method="higher")
    return Hourly(within=within, most=int(most), hours=len(earlier))
