"""Positions as the fold of the fills, kept row by row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from brokers.domain.lots import HeldFill, Holding, add_fill, fold_fills
from brokers.domain.orders import Side
from brokers.models import Account, Fill, Position
from brokers.orders.locks import lock_position
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


def add(account: Account, fill: Fill, *, actor: Actor, now: datetime) -> Position:
    """Book one fill into its position, whatever order the fills arrive in.

    The newest fill is added to what stands; one that belongs earlier makes the fold
    start again, so that the average price never depends on the order of arrival.
    """
    position = lock_position(account, fill.symbol) or _flat(account, fill, now)
    if _is_newest(account, fill):
        holding = add_fill(_holding(position), _held(fill))
    else:
        holding = refold(account, fill.symbol)
    return write(position, holding, actor=actor, now=now)


def refold(account: Account, symbol: str) -> Holding:
    """The holding from all fills that stand, in order of execution."""
    fills = Fill.objects.filter(account=account, symbol=symbol, busted_at=None)
    ordered = fills.order_by("executed_at", "execution_id")
    return fold_fills(_held(fill) for fill in ordered.iterator())


def write(
    position: Position, holding: Holding, *, actor: Actor, now: datetime
) -> Position:
    before = position.quantity
    position.quantity = holding.quantity
    position.average_price = holding.average_price
    position.realised = holding.realised
    position.opened_at = holding.opened_at
    position.changed_at = now
    position.save()
    record(
        AuditAction.POSITION_CHANGED,
        actor=actor,
        subject="position",
        subject_id=position.pk,
        payload={
            "symbol": position.symbol,
            "from": before,
            "to": position.quantity,
            "average": position.average_price,
            "realised": position.realised,
        },
        now=now,
    )
    return position


def _flat(account: Account, fill: Fill, now: datetime) -> Position:
    return Position(
        owner_id=account.owner_id,
        account=account,
        symbol=fill.symbol,
        quantity=Decimal(0),
        changed_at=now,
    )


def _is_newest(account: Account, fill: Fill) -> bool:
    later = Fill.objects.filter(
        account=account, symbol=fill.symbol, busted_at=None
    ).exclude(pk=fill.pk)
    newest = later.order_by("-executed_at", "-execution_id").first()
    if newest is None:
        return True
    return (newest.executed_at, newest.execution_id) < (
        fill.executed_at,
        fill.execution_id,
    )


def _holding(position: Position) -> Holding:
    return Holding(
        quantity=position.quantity,
        average_price=position.average_price,
        realised=position.realised,
        opened_at=position.opened_at,
    )


def _held(fill: Fill) -> HeldFill:
    return HeldFill(
        signed_quantity=Side(fill.side).sign * fill.quantity,
        price=fill.price,
        executed_at=fill.executed_at,
        fees=fill.fees or Decimal(0),
    )
