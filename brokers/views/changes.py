"""A change of an order as before, change and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import OrderChange
from brokers.models import Order
from brokers.orders.amend import amended_spec
from brokers.orders.facts import MarketFacts, costs_of
from risk import facts as risk
from risk.sizing import Levels, loss_at_stop
from tradedesk.web import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A line of `components/shift.html`."""

    label: str
    before: str
    change: str
    after: str
    note: str = ""
    share: Decimal | None = None


def change_rows(order: Order, change: OrderChange) -> list[ChangeRow]:
    """Only what changes, in the order of the form."""
    trail = order.trail_percent or order.trail_price
    figures = (
        ("Quantity", order.quantity, change.quantity, formatting.quantity),
        ("Limit", order.limit_price, change.limit_price, formatting.price),
        ("Stop", order.stop_price, change.stop_price, formatting.price),
        ("Trail", trail, change.trail, formatting.price),
    )
    rows = [
        _figure(label, before, after=after, say=say)
        for label, before, after, say in figures
        if after is not None
    ]
    if change.time_in_force is not None:
        row = ChangeRow(
            label="Time in force",
            before=order.time_in_force.upper(),
            change="",
            after=change.time_in_force.value.upper(),
        )
        rows.append(row)
    return rows


def risk_after(
    order: Order, change: OrderChange, market: MarketFacts
) -> Decimal | None:
    """What the changed order loses at its stop, after costs; None without one."""
    spec = amended_spec(order, change)
    entry = spec.limit_price or spec.stop_price or order.reference_price
    if spec.quantity is None or spec.stop_loss_price is None or entry is None:
        return None
    side = risk.Side(spec.side.value)
    levels = Levels(side=side, entry=entry, stop=spec.stop_loss_price)
    return loss_at_stop(spec.quantity, levels, costs_of(market))


def _figure(
    label: str,
    before: Decimal | None,
    *,
    after: Decimal,
    say: Callable[[Decimal | None], str],
) -> ChangeRow:
    moved = None if before is None else after - before
    sign = "+" if moved is not None and moved > 0 else ""
    return ChangeRow(
        label=label, before=say(before), change=f"{sign}{say(moved)}", after=say(after)
    )
