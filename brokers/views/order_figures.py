"""The figures of one order's page, computed from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from brokers.domain.orders import CommandKind, OrderRole, Side
from brokers.models import Command, Fill, Order
from brokers.views import phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Money in the account's currency, times in seconds; None where not known yet.

    `better` is the price per unit by which the fills beat what was asked or expected.
    """

    value: Decimal | None
    fees: Decimal | None
    better: Decimal | None
    answer_seconds: Decimal | None
    fill_seconds: Decimal | None


def figures_of(
    order: Order, fills: Sequence[Fill], commands: Sequence[Command]
) -> Figures:
    standing = [fill for fill in fills if fill.busted_at is None]
    fees = [fill.fees for fill in standing if fill.fees is not None]
    submit = next((c for c in commands if c.kind == CommandKind.SUBMIT.value), None)
    return Figures(
        value=sum((fill.quantity * fill.price for fill in standing), Decimal(0))
        if standing
        else None,
        fees=sum(fees, Decimal(0)) if fees else None,
        better=phrases.better_than_asked(order),
        answer_seconds=_answer_seconds(submit),
        fill_seconds=_fill_seconds(submit, standing),
    )


def _seconds(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def _answer_seconds(submit: Command | None) -> Decimal | None:
    if submit is None or submit.sent_at is None or submit.finished_at is None:
        return None
    return _seconds((submit.finished_at - submit.sent_at).total_seconds())


def _fill_seconds(submit: Command | None, fills: Sequence[Fill]) -> Decimal | None:
    if submit is None or submit.sent_at is None or not fills:
        return None
    elapsed = (fills[-1].executed_at - submit.sent_at).total_seconds()
    # The venue's clock is not ours: a fill before the send is a skew, not a time.
    return _seconds(elapsed) if elapsed > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """An attached exit: a row of its own once the broker names it, planned before."""

    label: str
    quantity: Decimal | None
    price: Decimal | None
    r_multiple: Decimal | None
    order: Order | None = None


def exits_of(order: Order, legs: Sequence[Order]) -> list[Exit]:
    if legs:
        return [_exit(order, leg) for leg in legs]
    planned = (
        ("Stop", order.stop_loss_price),
        ("Target", order.take_profit_price),
    )
    return [
        Exit(
            label=label,
            quantity=order.quantity,
            price=price,
            r_multiple=_in_r(order, price),
        )
        for label, price in planned
        if price is not None
    ]


def _exit(order: Order, leg: Order) -> Exit:
    price = leg.stop_price or leg.limit_price
    return Exit(
        label="Stop" if leg.role == OrderRole.STOP.value else "Target",
        quantity=leg.quantity,
        price=price,
        r_multiple=_in_r(order, price),
        order=leg,
    )


def _in_r(order: Order, price: Decimal | None) -> Decimal | None:
    """The result at this price in units of the planned risk per unit."""
    entry = order.average_price or order.limit_price or order.reference_price
    if price is None or entry is None or order.stop_loss_price is None:
        return None
    risk = abs(entry - order.stop_loss_price)
    return Side(order.side).sign * (price - entry) / risk if risk else None
