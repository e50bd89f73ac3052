"""Revenge, or loss chasing: a bigger trade within minutes of closing a loss.

Flagged where the trade was opened at most `window` after a loss was closed and risks at
least `ratio` times the usual, which is the median of the last 20 trades before it.
Evidence: J. Coval and T. Shumway, Do Behavioral Biases Affect Prices?, 2005: proprietary
traders with morning losses take above-average risk in the afternoon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from journal.behaviour.signals.past import PastTrade, closed_before, usual_risk


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
    found: list[RevengeTrade] = []
    for place, trade in enumerate(trades, start=1):
        flagged = _flagged(trades, place, window=window, ratio=ratio)
        if flagged is None:
            continue
        loss, against_usual = flagged
        in_a_row = bool(found) and found[-1].place == place - 1
        found.append(
            RevengeTrade(
                place=place,
                trade=trade,
                gap=trade.opened_at - (loss.closed_at or trade.opened_at),
                against_loss=_over(trade.risk, loss.risk),
                against_usual=against_usual,
                run=found[-1].run + 1 if in_a_row else 1,
            )
        )
    return found


def _flagged(
    trades: Sequence[PastTrade], place: int, *, window: timedelta, ratio: Decimal
) -> tuple[PastTrade, Decimal] | None:
    trade = trades[place - 1]
    loss = last_loss(trades[: place - 1], trade, window=window)
    times = _over(trade.risk, usual_risk(trades[: place - 1]))
    return None if loss is None or times is None or times < ratio else (loss, times)


def last_loss(
    before: Sequence[PastTrade], trade: PastTrade, *, window: timedelta
) -> PastTrade | None:
    """The loss that was closed at most `window` before the trade was opened."""
    ended = closed_before(before, trade.opened_at)
    recent = [t for t in ended if t.lost and _within(t, trade, window)]
    return recent[-1] if recent else None


def _within(ended: PastTrade, trade: PastTrade, window: timedelta) -> bool:
    return ended.closed_at is not None and trade.opened_at - ended.closed_at <= window


def _over(risk: Decimal | None, other: Decimal | None) -> Decimal | None:
    return risk / other if risk and other else None
