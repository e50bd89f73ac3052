"""FOMO, or chasing: in after the move, or beyond the price that was planned.

extension = (entry - planned entry) x side / R; move = (price - price half an hour ago) x
side / daily ATR. Flagged above 0.5 R, or above 1.5 ATR where nobody waited for it. Of past
trades also the distance from the average price counts, (entry - SMA 20) x side / ATR 20:
from 2 on the move was run after.
Evidence: B. Barber, X. Huang, T. Odean and C. Schwarz, Attention-Induced Trading and
Returns, 2022. On the ticket the same is judged by `risk.rules.own_behaviour`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from journal.behaviour.signals.past import PastTrade


LOOK_BACK = timedelta(minutes=30)
# A bar may be this much older than half an hour where minutes had no trade.
SLACK = timedelta(minutes=30)
# From so many daily ranges beyond its average price a trade was entered after the run.
STRETCHED = Decimal(2)


def extension(
    *, entry: Decimal, planned_entry: Decimal, stop: Decimal
) -> Decimal | None:
    """In R of the plan; above 0 where the entry is worse. None without a risk."""
    distance = planned_entry - stop
    return (entry - planned_entry) / distance if distance else None


def is_chased(trade: PastTrade, *, most: Decimal) -> bool | None:
    """Whether a trade was entered after the run, or more than `most` R beyond its plan;
    None where neither is known.
    """
    if trade.distance is None and trade.extension is None:
        return None
    stretched = trade.distance is not None and trade.distance >= STRETCHED
    return stretched or (trade.extension is not None and trade.extension > most)


def recent_move(
    bars: Sequence[tuple[datetime, Decimal]], price: Decimal | None, now: datetime
) -> Decimal | None:
    """Money per unit since the last close at least half an hour ago, signed.

    `bars` are starts and closes, oldest first; None where none is of that time.
    """
    if price is None:
        return None
    then = now - LOOK_BACK
    known = [close for start, close in bars if then - SLACK <= start <= then]
    return price - known[-1] if known else None
