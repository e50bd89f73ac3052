"""All limits as data, and which of two is the stricter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal


Limit = Decimal | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every limit of the pre-trade checks; the defaults are deliberately small.

    `..._warn` asks, `..._block` denies, both only when exceeded. Percentages are 0.5
    for 0.5 %. `collar_...` is how far a price may lie through the market.
    `market_buffer_percent` is added to the price of an order that has no limit price.
    From `cooling_off_minutes` on they are about the trader's own behaviour: a loss in R
    is written without its sign, a ratio is the order's risk over the usual one.
    None, where a field allows it: no limit. `versions` are the stored rows behind it.
    """

    risk_per_trade_warn_percent: Decimal = Decimal(1)
    risk_per_trade_block_percent: Decimal = Decimal(2)
    stop_required: bool = True
    max_quantity_warn: Decimal | None = Decimal(10_000)
    max_quantity_block: Decimal | None = Decimal(100_000)
    max_order_value_warn: Decimal | None = Decimal(25_000)
    max_order_value_block: Decimal | None = Decimal(100_000)
    max_position_percent: Decimal | None = Decimal(50)
    collar_warn_percent: Decimal = Decimal(2)
    collar_block_percent: Decimal = Decimal(5)
    collar_warn_atr: Decimal = Decimal("1.5")
    collar_block_atr: Decimal = Decimal(3)
    quote_age_seconds: Decimal = Decimal(15)
    spread_warn_percent: Decimal = Decimal(1)
    duplicate_window_seconds: Decimal = Decimal(10)
    market_buffer_percent: Decimal = Decimal(1)
    approval_age_seconds: Decimal = Decimal(300)
    cooling_off_minutes: Decimal = Decimal(15)
    revenge_window_minutes: Decimal = Decimal(5)
    revenge_risk_ratio: Decimal = Decimal("1.25")
    revenge_flags_a_day: Decimal = Decimal(2)
    size_ratio: Decimal = Decimal("1.5")
    tilt_losses: Decimal = Decimal(3)
    tilt_day_loss_r: Decimal = Decimal(2)
    averaging_block_r: Decimal = Decimal("0.8")
    chase_extension_r: Decimal = Decimal("0.5")
    chase_move_atr: Decimal = Decimal("1.5")
    new_orders_a_day: Decimal | None = None
    day_loss_stop_r: Decimal | None = None
    versions: tuple[int, ...] = ()


LIMITS = tuple(f.name for f in fields(Policy) if f.name != "versions")
OPTIONAL_LIMITS = frozenset(
    {
        "max_quantity_warn",
        "max_quantity_block",
        "max_order_value_warn",
        "max_order_value_block",
        "max_position_percent",
        "new_orders_a_day",
        "day_loss_stop_r",
    }
)
# Of every other limit the lower value is the stricter.
HIGHER_IS_STRICTER = frozenset(
    {
        "stop_required",
        "duplicate_window_seconds",
        "market_buffer_percent",
        "cooling_off_minutes",
        "revenge_window_minutes",
    }
)


def stricter_limit(name: str, one: Limit, other: Limit) -> Limit:
    """The tighter of two values of the limit `name`; None is no limit at all."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other) if name in HIGHER_IS_STRICTER else min(one, other)


def is_looser(name: str, new: Limit, old: Limit) -> bool:
    """True when going from `old` to `new` lets more through."""
    return new != old and stricter_limit(name, new, old) == old


def tightened(policy: Policy, limits: Mapping[str, Limit]) -> Policy:
    """The policy with each of `limits` applied where it is the stricter."""
    changes = {
        name: stricter_limit(name, getattr(policy, name), value)
        for name, value in limits.items()
    }
    return replace(policy, **changes)  # type: ignore[arg-type] # names are of LIMITS
