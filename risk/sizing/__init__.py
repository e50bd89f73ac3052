"""Position sizing: how many units, and which constraint said so.

After Van Tharp's CPR (cash at risk = position size x risk per unit). Sizes are always
rounded down to a whole step, and 0 is a valid answer that carries its reason.
"""

from __future__ import annotations

from risk.sizing.costs import Levels, Outlook, loss_at_stop, outlook
from risk.sizing.equity import Equity, Holding, equity_bases, heat
from risk.sizing.models import (
    SizeModel,
    size,
    size_by_equal_value,
    size_by_margin,
    size_by_money,
    size_by_risk_money,
    size_by_risk_percent,
    size_by_units,
    size_by_units_per_money,
    size_by_volatility,
    winnings_budget,
)
from risk.sizing.setup import Caps, Constraint, Setup, Sizing


__all__ = [
    "Caps",
    "Constraint",
    "Equity",
    "Holding",
    "Levels",
    "Outlook",
    "Setup",
    "SizeModel",
    "Sizing",
    "equity_bases",
    "heat",
    "loss_at_stop",
    "outlook",
    "size",
    "size_by_equal_value",
    "size_by_margin",
    "size_by_money",
    "size_by_risk_money",
    "size_by_risk_percent",
    "size_by_units",
    "size_by_units_per_money",
    "size_by_volatility",
    "winnings_budget",
]
