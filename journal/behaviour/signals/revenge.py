"""Revenge, or loss chasing: a bigger trade within minutes of closing a loss.

Flagged where the trade was opened at most `window` after a loss was closed and risks at
least `ratio` times the usual, which is the median of the last 20 trades before it.
Evidence: J. Coval and T. Shumway, Do Behavioral Biases Affect Prices?, 2005: proprietary
traders with morning losses take above-average risk in the afternoon.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from journal.behaviour.signals.past import RECENT, PastTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class RevengeTrade:
    """`place` counts from 1. `against_loss` is its risk over that of the lost trade,
    `against_usual` over the usual one; `run` is the how manieth in a row it is.
    """

    place: int
    trade: PastTrade
    gap: timedelta
    against_loss: Decimal | None
    against_usual: Decimal
    run: int


def revenge_trades(
    trades: Sequence[PastTrade], *, window: timedelta, ratio: Decimal
) -> list[RevengeTrade]:
    """Of trades in the order of their openings."""
    losses = _losses(trades)
    ends = [ended for ended, _loss in losses]
    risks: deque[Decimal] = deque(maxlen=RECENT)
    found: list[RevengeTrade] = []
    for place, trade in enumerate(trades, start=1):
        before = bisect_right(ends, trade.opened_at)
        times = trade.risk / median(risks) if risks and trade.risk else None
        if trade.risk:
            risks.append(trade.risk)
        if not before or times is None or times < ratio:
            continue
        ended, loss = losses[before - 1]
        if trade.opened_at - ended > window:
            continue
        in_a_row = bool(found) and found[-1].place == place - 1
        found.append(
            RevengeTrade(
                place=place,
                trade=trade,
                gap=trade.opened_at - ended,
                against_loss=_over(trade.risk, loss.risk),
                against_usual=times,
                run=found[-1].run + 1 if in_a_row else 1,
            )
        )
    return found


def _losses(trades: Sequence[PastTrade]) -> list[tuple[datetime, PastTrade]]:
    ended = [(t.closed_at, t) for t in trades if t.closed_at is not None and t.lost]
    return sorted(ended, key=lambda one: one[0])


def _over(risk: Decimal | None, other: Decimal | None) -> Decimal | None:
    return risk / other if risk and other else None
