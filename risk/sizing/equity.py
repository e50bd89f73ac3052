"""What equity means to a position sizer, and how much of it is at risk.

Two published definitions of core equity exist, so both are named (Van Tharp Institute,
position sizing handout, 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An open position; `quantity` is negative for a short.

    `stop` is the working stop, None when there is none; `initial_stop` the one at entry.
    """

    quantity: Decimal
    entry: Decimal
    mark: Decimal
    initial_stop: Decimal | None = None
    stop: Decimal | None = None
    point_value: Decimal = Decimal(1)

    def money_from(self, low: Decimal, high: Decimal) -> Decimal:
        """Signed money that the position makes when the price goes from low to high."""
        return self.quantity * (high - low) * self.point_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Equity:
    """`total` marks everything to market; `reduced_total` values each position at its
    working stop; `core_cash` is the free cash; `core_risk` is closed equity less the
    initial risk of what is open. A position without a stop counts at nothing in
    `reduced_total` and with its whole value in `core_risk`.
    """

    total: Decimal
    reduced_total: Decimal
    core_cash: Decimal
    core_risk: Decimal


def equity_bases(closed_equity: Decimal, holdings: Sequence[Holding]) -> Equity:
    """The four bases, from the equity before any open profit or loss."""
    paid = sum((h.quantity * h.entry * h.point_value for h in holdings), ZERO)
    open_profit = sum((h.money_from(h.entry, h.mark) for h in holdings), ZERO)
    at_stops = sum((_at_stop(h) for h in holdings), ZERO)
    risked = sum((_risk(h, h.entry, h.initial_stop) for h in holdings), ZERO)
    return Equity(
        total=closed_equity + open_profit,
        reduced_total=closed_equity + at_stops,
        core_cash=closed_equity - paid,
        core_risk=closed_equity - risked,
    )


def heat(holdings: Sequence[Holding], *, from_mark: bool = False) -> Decimal:
    """Money at risk to the working stops, from the entries or from the marks.

    A stop beyond the reference risks nothing and offsets nothing.
    """
    return sum(
        (_risk(h, h.mark if from_mark else h.entry, h.stop) for h in holdings), ZERO
    )


def _at_stop(holding: Holding) -> Decimal:
    if holding.stop is None:
        return -_value(holding, holding.entry)
    return holding.money_from(holding.entry, holding.stop)


def _risk(holding: Holding, reference: Decimal, stop: Decimal | None) -> Decimal:
    if stop is None:
        return _value(holding, reference)
    return max(ZERO, -holding.money_from(reference, stop))


def _value(holding: Holding, price: Decimal) -> Decimal:
    return abs(holding.quantity) * price * holding.point_value
