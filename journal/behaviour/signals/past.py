"""What every signal reads: closed trades in the order in which they were opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from journal.analytics.outcome import BREAKEVEN_R, LOST, WON, outcome


# Of fewer trades nothing is claimed.
LEAST_SAMPLE = 30
# How many trades the usual risk is taken from.
RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTrade:
    """A trade with what it risked at first, in money, and what came of it.

    Open ones have neither `closed_at` nor `r`. `r` is also None where no risk was
    planned; `net` is then all that tells a loss from a win. `breakeven` is the person's.
    `distance` is of the entry from its average price in daily ranges, `extension` from the
    planned entry in R, both above 0 where the entry is beyond.
    """

    opened_at: datetime
    closed_at: datetime | None
    risk: Decimal | None
    r: Decimal | None
    net: Decimal | None = None
    symbol: str = ""
    key: str = ""
    distance: Decimal | None = None
    extension: Decimal | None = None
    breakeven: Decimal = BREAKEVEN_R

    @property
    def lost(self) -> bool:
        return outcome(self.r, self.net, self.breakeven) == LOST

    @property
    def won(self) -> bool:
        return outcome(self.r, self.net, self.breakeven) == WON


def usual_risk(trades: Iterable[PastTrade]) -> Decimal | None:
    """The median risk of the last 20 trades that planned one, None without any."""
    planned = [trade.risk for trade in trades if trade.risk]
    return median(planned[-RECENT:]) if planned else None
