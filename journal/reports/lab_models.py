"""One example trade, sized by five models side by side, without caps or costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from risk.facts.words import Side
from risk.sizing import (
    Levels,
    Setup,
    Sizing,
    size_by_equal_value,
    size_by_margin,
    size_by_risk_percent,
    size_by_units_per_money,
    size_by_volatility,
)


HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A long trade where the stop is below the entry, else a short one.

    Percentages as 1 for one per cent; `per_money` buys one lot of `lot` units, `parts`
    is among how many the equity is shared, `margin` money per unit.
    """

    equity: Decimal
    entry: Decimal
    stop: Decimal
    risk_percent: Decimal
    volatility_percent: Decimal
    atr: Decimal
    per_money: Decimal
    lot: Decimal
    parts: Decimal
    margin_percent: Decimal
    margin: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedModel:
    """`formula` says what is divided by what; `risked` is percent of the equity."""

    name: str
    formula: str
    sizing: Sizing

    @property
    def value(self) -> Decimal:
        return self.sizing.outlook.cost

    @property
    def loss(self) -> Decimal | None:
        return self.sizing.outlook.one_r

    @property
    def risked(self) -> Decimal | None:
        return self.sizing.outlook.risk_percent_gross


def compare(example: Example) -> Sequence[SizedModel]:
    """Units per money, equal value, percent risk, percent volatility, percent margin.

    Always rounded down; 0 is an answer, with its reason. Van K. Tharp, Trade Your Way
    to Financial Freedom, ch. 14.
    """
    side = Side.BUY if example.stop < example.entry else Side.SELL
    levels = Levels(side=side, entry=example.entry, stop=example.stop)
    setup = Setup(levels=levels, equity=example.equity)
    by_lot = Setup(levels=levels, equity=example.equity, step=example.lot)
    return [
        SizedModel(
            name="Units per fixed money",
            formula="a lot for every full amount in the equity",
            sizing=size_by_units_per_money(by_lot, example.per_money),
        ),
        SizedModel(
            name="Equal value",
            formula="equity by positions, by price",
            sizing=size_by_equal_value(setup, example.parts),
        ),
        SizedModel(
            name="Percent risk",
            formula="risk % of equity by distance to the stop",
            sizing=size_by_risk_percent(setup, example.risk_percent),
        ),
        SizedModel(
            name="Percent volatility",
            formula="volatility % of equity by ATR",
            sizing=size_by_volatility(
                setup, example.volatility_percent, atr=example.atr
            ),
        ),
        SizedModel(
            name="Percent margin",
            formula="margin % of equity by margin per unit",
            sizing=size_by_margin(
                setup, example.margin_percent, margin_per_unit=example.margin
            ),
        ),
    ]
