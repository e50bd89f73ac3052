"""What a trade of a given size can lose and win, before and after costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk.facts.known import CostFacts
from risk.facts.numbers import HUNDRED, positive
from risk.facts.words import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The prices of a trade; `point_value` is money per point and unit (1 for shares)."""

    side: Side
    entry: Decimal
    stop: Decimal | None = None
    target: Decimal | None = None
    point_value: Decimal = Decimal(1)

    @property
    def risk_per_unit(self) -> Decimal | None:
        """Money between entry and stop; None when the stop is not on the losing side."""
        entry, stop = positive(self.entry), positive(self.stop)
        if entry is None or stop is None:
            return None
        return positive(self.side.sign * (entry - stop) * self.point_value)

    @property
    def reward_per_unit(self) -> Decimal | None:
        entry, target = positive(self.entry), positive(self.target)
        if entry is None or target is None:
            return None
        return self.side.sign * (target - entry) * self.point_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Money figures of a trade of `quantity` units; None where they are undefined.

    `one_r` is the gross initial risk, the 1R by which the trade will be judged.
    `loss` is at the stop after commission and slippage on both sides; percentages are
    of equity. `reward_risk_gross` compares distances, `reward_risk_net` money after
    costs, `target_r_net` is the net win at the target in R. `break_even` is the exit
    price that pays the costs of both sides; it is not rounded to a tick.
    """

    quantity: Decimal
    cost: Decimal
    costs_both_sides: Decimal
    one_r: Decimal | None
    loss: Decimal | None
    risk_percent_gross: Decimal | None
    risk_percent: Decimal | None
    reward_risk_gross: Decimal | None
    reward_risk_net: Decimal | None
    target_r_net: Decimal | None
    break_even: Decimal | None


def costs_both_sides(
    quantity: Decimal, costs: CostFacts, point_value: Decimal = Decimal(1)
) -> Decimal:
    """Commission and slippage of getting in and out again, in money."""
    if not quantity:
        return Decimal(0)
    return 2 * costs.commission + 2 * costs.slippage * point_value * quantity


def loss_at_stop(quantity: Decimal, levels: Levels, costs: CostFacts) -> Decimal | None:
    """Money lost when the stop trades, costs of both sides included."""
    unit = levels.risk_per_unit
    if unit is None:
        return None
    return quantity * unit + costs_both_sides(quantity, costs, levels.point_value)


def outlook(
    quantity: Decimal, levels: Levels, costs: CostFacts, *, equity: Decimal | None
) -> Outlook:
    """All money figures of a trade, for the ticket."""
    both = costs_both_sides(quantity, costs, levels.point_value)
    one_r = _times(levels.risk_per_unit, quantity)
    loss = loss_at_stop(quantity, levels, costs)
    gross_win = _times(levels.reward_per_unit, quantity)
    net_win = None if gross_win is None else gross_win - both
    return Outlook(
        quantity=quantity,
        cost=quantity * levels.entry * levels.point_value if quantity else quantity,
        costs_both_sides=both,
        one_r=one_r,
        loss=loss,
        risk_percent_gross=_percent(one_r, equity),
        risk_percent=_percent(loss, equity),
        reward_risk_gross=_ratio(levels.reward_per_unit, levels.risk_per_unit),
        reward_risk_net=_ratio(net_win, loss),
        target_r_net=_ratio(net_win, one_r),
        break_even=_break_even(quantity, levels, both),
    )


def _break_even(quantity: Decimal, levels: Levels, both: Decimal) -> Decimal | None:
    if not quantity:
        return None
    per_unit = both / (quantity * levels.point_value)
    return levels.entry + levels.side.sign * per_unit


def _times(unit: Decimal | None, quantity: Decimal) -> Decimal | None:
    return None if unit is None else unit * quantity


def _ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else part / whole


def _percent(part: Decimal | None, equity: Decimal | None) -> Decimal | None:
    if part is None or equity is None or equity <= 0:
        return None
    return part / equity * HUNDRED
