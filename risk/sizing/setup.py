"""What sizing needs to know, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from risk.facts.known import CostFacts
from risk.sizing.costs import Levels, Outlook


class Constraint(StrEnum):
    """What set the size."""

    RISK = "risk"
    VOLATILITY = "volatility"
    UNITS = "units"
    MONEY = "money"
    MARGIN = "margin"
    CASH = "cash"
    BUYING_POWER = "buying_power"
    MAX_POSITION = "max_position"
    MAX_ORDER_VALUE = "max_order_value"
    MAX_QUANTITY = "max_quantity"
    LOT = "lot"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What the size may not exceed; None: not limited by it.

    `cash` and `buying_power` are what is free now, `max_position_percent` is of equity
    and covers `position_value`, the absolute value already held in the instrument.
    """

    cash: Decimal | None = None
    buying_power: Decimal | None = None
    max_position_percent: Decimal | None = None
    position_value: Decimal = Decimal(0)
    max_order_value: Decimal | None = None
    max_quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The trade to be sized. `step` is the smallest quantity: a lot, or a fraction."""

    levels: Levels
    equity: Decimal | None
    step: Decimal = Decimal(1)
    costs: CostFacts = field(default_factory=CostFacts)
    caps: Caps = field(default_factory=Caps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """The answer: units, the constraint that set them, and the money they mean.

    `unconstrained` is what the model alone would have taken. `reason` says why the
    quantity is 0 and is empty otherwise.
    """

    quantity: Decimal
    binding: Constraint
    unconstrained: Decimal
    outlook: Outlook
    reason: str = ""
