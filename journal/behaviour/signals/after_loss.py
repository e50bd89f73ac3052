"""What trades that were opened soon after a loss came to, beside all others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta

from journal.behaviour.signals.averages import Split, split
from journal.behaviour.signals.past import PastTrade


def after_loss(trades: Sequence[PastTrade], *, window: timedelta) -> Split:
    """Of any size: opened at most `window` after any loss was closed."""
    losses = sorted(t.closed_at for t in trades if t.closed_at is not None and t.lost)

    def soon(trade: PastTrade) -> bool:
        place = bisect_right(losses, trade.opened_at)
        return place > 0 and trade.opened_at - losses[place - 1] <= window

    return split(trades, soon)
