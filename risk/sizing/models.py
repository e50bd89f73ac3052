"""The sizing models. Each turns its idea of a budget into units; caps then apply.

Sources: Van Tharp, Trade Your Way to Financial Freedom, ch. 14 (units per money, equal
value, percent risk, percent volatility) and The Definitive Guide to Position Sizing
(percent margin, market's money).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from enum import StrEnum

from risk.facts.numbers import EXACT, HUNDRED, exact, positive, sound
from risk.sizing.costs import outlook
from risk.sizing.setup import Constraint, Setup, Sizing


class SizeModel(StrEnum):
    """The models that a ticket offers; each takes one amount."""

    RISK_PERCENT = "risk_percent"
    RISK_MONEY = "risk_money"
    UNITS = "units"
    MONEY = "money"
    EQUAL_VALUE = "equal_value"
    VOLATILITY_PERCENT = "volatility_percent"
    UNITS_PER_MONEY = "units_per_money"


def size(
    model: SizeModel, setup: Setup, amount: Decimal, *, atr: Decimal | None = None
) -> Sizing:
    """Size by any model; `amount` is what the model's own function takes first."""
    if model is SizeModel.VOLATILITY_PERCENT:
        return size_by_volatility(setup, amount, atr=atr)
    return _BY_AMOUNT[model](setup, amount)


def size_by_risk_percent(setup: Setup, percent: Decimal) -> Sizing:
    """Risk `percent` of equity (1 for 1 %), costs of both sides included."""
    equity, share = positive(setup.equity), positive(percent)
    if equity is None:
        return _none(setup, "The account's equity is not known.")
    if share is None:
        return _none(setup, "Enter a risk above 0 %.")
    return size_by_risk_money(setup, equity * share / HUNDRED)


def size_by_risk_money(setup: Setup, money: Decimal) -> Sizing:
    """Risk at most `money` at the stop, after commission and slippage of both sides."""
    budget, unit = positive(money), setup.levels.risk_per_unit
    if budget is None:
        return _none(setup, "Enter an amount to risk above 0.")
    if unit is None:
        return _none(setup, "Risk sizing needs a stop on the losing side of the entry.")
    per_unit = unit + 2 * setup.costs.slippage * setup.levels.point_value
    units = _steps(budget - 2 * setup.costs.commission, per_unit, setup.step)
    return _capped(setup, units, Constraint.RISK)


def size_by_units(setup: Setup, units: Decimal) -> Sizing:
    """Exactly `units`, as far as step and caps allow."""
    wanted = positive(units)
    if wanted is None:
        return _none(setup, "Enter a quantity above 0.")
    whole = _steps(wanted, Decimal(1), setup.step)
    return _capped(
        setup, whole, Constraint.UNITS if whole == wanted else Constraint.LOT
    )


def size_by_money(setup: Setup, money: Decimal) -> Sizing:
    """Units worth at most `money` at the entry price."""
    budget = positive(money)
    if budget is None:
        return _none(setup, "Enter an amount above 0.")
    return _capped(setup, _affordable(setup, budget), Constraint.MONEY)


def size_by_equal_value(setup: Setup, parts: Decimal) -> Sizing:
    """One of `parts` equal shares of the equity."""
    equity, count = positive(setup.equity), positive(parts)
    if equity is None or count is None:
        return _none(setup, "Equal value needs the account's equity and a count.")
    with localcontext(EXACT):
        share = equity / count
    return size_by_money(setup, share)


def size_by_volatility(
    setup: Setup, percent: Decimal, *, atr: Decimal | None
) -> Sizing:
    """Let one average true range move the account by `percent` of equity."""
    equity, share, spread = positive(setup.equity), positive(percent), positive(atr)
    if equity is None or share is None or spread is None:
        return _none(setup, "Volatility sizing needs equity, a percentage and an ATR.")
    per_unit = spread * setup.levels.point_value
    units = _steps(equity * share / HUNDRED, per_unit, setup.step)
    return _capped(setup, units, Constraint.VOLATILITY)


def size_by_units_per_money(setup: Setup, money: Decimal) -> Sizing:
    """One `step` of units for each full `money` of equity."""
    equity, per = positive(setup.equity), positive(money)
    if equity is None or per is None:
        return _none(setup, "Units per money needs equity and an amount above 0.")
    with localcontext(EXACT):
        units = equity // per * (positive(setup.step) or Decimal(0))
    return _capped(setup, units, Constraint.UNITS)


def size_by_margin(
    setup: Setup, percent: Decimal, *, margin_per_unit: Decimal
) -> Sizing:
    """Tie up at most `percent` of equity as margin."""
    equity, share, unit = map(positive, (setup.equity, percent, margin_per_unit))
    if equity is None or share is None or unit is None:
        return _none(setup, "Margin sizing needs equity, a percentage and a margin.")
    units = _steps(equity * share / HUNDRED, unit, setup.step)
    return _capped(setup, units, Constraint.MARGIN)


def winnings_budget(
    *,
    start_equity: Decimal,
    base_percent: Decimal,
    open_profit: Decimal,
    profit_percent: Decimal,
) -> Decimal:
    """Market's money: base risk on the starting equity, more on what has been won."""
    won = max(open_profit, Decimal(0))
    return (base_percent * start_equity + profit_percent * won) / HUNDRED


_BY_AMOUNT: dict[SizeModel, Callable[[Setup, Decimal], Sizing]] = {
    SizeModel.RISK_PERCENT: size_by_risk_percent,
    SizeModel.RISK_MONEY: size_by_risk_money,
    SizeModel.UNITS: size_by_units,
    SizeModel.MONEY: size_by_money,
    SizeModel.EQUAL_VALUE: size_by_equal_value,
    SizeModel.UNITS_PER_MONEY: size_by_units_per_money,
}


def _capped(setup: Setup, units: Decimal, model: Constraint) -> Sizing:
    """The smallest of the model's size and every cap; the model wins a tie."""
    if positive(setup.levels.entry) is None:
        return _none(setup, "There is no entry price to size from.")
    if positive(setup.step) is None:
        return _none(setup, "The smallest quantity of the instrument is not known.")
    candidates = [(units, model), *_cap_sizes(setup)]
    quantity, binding = min(candidates, key=lambda candidate: candidate[0])
    return Sizing(
        quantity=quantity,
        binding=binding,
        unconstrained=units,
        outlook=outlook(
            quantity, setup.levels, setup.costs, equity=sound(setup.equity)
        ),
        reason="" if quantity > 0 else _why_none(setup, binding),
    )


def _cap_sizes(setup: Setup) -> list[tuple[Decimal, Constraint]]:
    """Units under each cap that is set; a cap that is no sound number allows none."""
    caps, fee = setup.caps, setup.costs.commission
    money = (
        (caps.cash, fee, Constraint.CASH),
        (caps.buying_power, fee, Constraint.BUYING_POWER),
        (caps.max_order_value, Decimal(0), Constraint.MAX_ORDER_VALUE),
        (_position_room(setup), Decimal(0), Constraint.MAX_POSITION),
    )
    sizes = [
        (_affordable(setup, (sound(limit) or Decimal(0)) - cost), constraint)
        for limit, cost, constraint in money
        if limit is not None
    ]
    if caps.max_quantity is not None:
        whole = _steps(caps.max_quantity, Decimal(1), setup.step)
        sizes.append((whole, Constraint.MAX_QUANTITY))
    return sizes


def _position_room(setup: Setup) -> Decimal | None:
    """Money left under the cap on one position; none where equity is unknown."""
    percent = setup.caps.max_position_percent
    if percent is None:
        return None
    equity = positive(setup.equity) or Decimal(0)
    return equity * percent / HUNDRED - setup.caps.position_value


def _affordable(setup: Setup, money: Decimal) -> Decimal:
    entry = positive(setup.levels.entry)
    if entry is None:
        return Decimal(0)
    return _steps(money, entry * setup.levels.point_value, setup.step)


def _steps(budget: Decimal, per_unit: Decimal, step: Decimal) -> Decimal:
    """The most units, in whole steps, that the budget pays for; never rounded up.

    Whole division, since a quotient rounded to 28 digits could gain a unit.
    """
    known = positive(budget)
    if known is None or positive(per_unit) is None or positive(step) is None:
        return Decimal(0)
    with localcontext(EXACT):
        return known // (per_unit * step) * step


def _why_none(setup: Setup, binding: Constraint) -> str:
    step = exact(setup.step)
    return f"Not even {step} unit(s) fit: the limit is {_WORDS[binding]}."


_WORDS = {
    Constraint.RISK: "the amount to risk after costs",
    Constraint.VOLATILITY: "the share of equity that one ATR may move",
    Constraint.UNITS: "the number of units",
    Constraint.MONEY: "the amount to invest",
    Constraint.MARGIN: "the share of equity to tie up as margin",
    Constraint.CASH: "the free cash",
    Constraint.BUYING_POWER: "the free buying power",
    Constraint.MAX_POSITION: "the largest position that the policy allows",
    Constraint.MAX_ORDER_VALUE: "the largest order value that the policy allows",
    Constraint.MAX_QUANTITY: "the largest quantity that the policy allows",
    Constraint.LOT: "the smallest quantity step",
    Constraint.UNKNOWN: "something that is not known",
}


def _none(setup: Setup, reason: str) -> Sizing:
    zero = Decimal(0)
    return Sizing(
        quantity=zero,
        binding=Constraint.UNKNOWN,
        unconstrained=zero,
        outlook=outlook(zero, setup.levels, setup.costs, equity=sound(setup.equity)),
        reason=reason,
    )
