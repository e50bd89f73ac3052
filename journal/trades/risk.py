"""The initial risk of a trade, frozen at its fills: 1R.

Two bases are kept. The headline is the sum over tranches, each with its own stop; the
other is the first entry alone, which a scale-in flatters. `R = net result / risk`.
Source: Van K. Tharp, Trade Your Way to Financial Freedom, chapters 6 and 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from journal.domain.trades import NOTHING, Tranche


def sum_of_tranches(tranches: Sequence[Tranche]) -> Decimal | None:
    """Money at risk over all entries; None as soon as one of them was unprotected."""
    total = NOTHING
    for tranche in tranches:
        risk = tranche.risk
        if risk is None:
            return None
        total += risk
    return total or None


def first_entry(tranches: Sequence[Tranche]) -> Decimal | None:
    """Money at risk in the first entry: all fills of its order, where that is known."""
    first = tranches[0]
    if first.order_id is None:
        return first.risk
    return sum_of_tranches([one for one in tranches if one.order_id == first.order_id])


def multiple(net: Decimal | None, risk: Decimal | None) -> Decimal | None:
    """A result in units of its risk, negative for a loss."""
    return None if net is None or risk is None else net / risk
