"""Positions as the fold of fills and ledger entries, kept row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from brokers.domain.lots import HeldFill, Holding, add_fill, fold_fills
from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from brokers.models import Account, Fill, LedgerEntry, LedgerKind, Position
from brokers.orders.locks import lock_position
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


def add(account: Account, fill: Fill, *, actor: Actor, now: datetime) -> Position:
    """Book one fill into its position, whatever order the fills arrive in.

    The newest fill is added to what stands; one that belongs earlier makes the fold
    start again, so that the average price never depends on the order of arrival.
    """
    position = lock_position(account, fill.symbol) or _flat(account, fill.symbol, now)
    if _is_newest(account, fill):
        holding = add_fill(_holding(position), _of_fill(fill))
    else:
        holding = refold(account, fill.symbol)
    return write(position, holding, actor=actor, now=now)


def rebuild(account: Account, symbol: str, *, actor: Actor, now: datetime) -> Position:
    """The position from everything that stands, after something else than a new fill
    changed it. Called under the account's lock.
    """
    position = lock_position(account, symbol) or _flat(account, symbol, now)
    return write(position, refold(account, symbol), actor=actor, now=now)


def refold(account: Account, symbol: str, *, until: datetime | None = None) -> Holding:
    """The holding from all entries and fills that stand, in order of time; with
    `until`, from those before that instant.

    At one instant entries come first: the opening is what fills are added to.
    """
    fills = Fill.objects.filter(
        account=account, symbol=symbol, busted_at=None, before_opening=False
    )
    ordered = fills.order_by("executed_at", "execution_id")
    entries = list(_of_entries(standing_entries(account, symbol)))
    if until is not None:
        ordered = ordered.filter(executed_at__lt=until)
        entries = [one for one in entries if one.executed_at < until]
    if not entries:
        return fold_fills(_of_fill(fill) for fill in ordered.iterator())
    moves = [*entries, *(_of_fill(fill) for fill in ordered.iterator())]
    return fold_fills(sorted(moves, key=lambda one: one.executed_at))


def standing_entries(account: Account, symbol: str) -> list[LedgerEntry]:
    """The entries that move this position; those taken back are as if never booked."""
    entries = LedgerEntry.objects.filter(
        account=account,
        symbol=symbol,
        before_opening=False,
        reverses=None,
        reversed_by=None,
    ).exclude(quantity=0)
    return list(entries.order_by("effective_at", "pk"))


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


def _flat(account: Account, symbol: str, now: datetime) -> Position:
    return Position(
        owner_id=account.owner_id,
        account=account,
        symbol=symbol,
        quantity=Decimal(0),
        changed_at=now,
    )


def _is_newest(account: Account, fill: Fill) -> bool:
    later = Fill.objects.filter(
        account=account, symbol=fill.symbol, busted_at=None, before_opening=False
    ).exclude(pk=fill.pk)
    newest = later.order_by("-executed_at", "-execution_id").first()
    if newest is not None and (newest.executed_at, newest.execution_id) > (
        fill.executed_at,
        fill.execution_id,
    ):
        return False
    return not LedgerEntry.objects.filter(
        account=account, symbol=fill.symbol, effective_at__gt=fill.executed_at
    ).exists()


def _holding(position: Position) -> Holding:
    return Holding(
        quantity=position.quantity,
        average_price=position.average_price,
        realised=position.realised,
        opened_at=position.opened_at,
    )


def _of_fill(fill: Fill) -> HeldFill:
    return HeldFill(
        signed_quantity=Side(fill.side).sign * fill.quantity,
        price=fill.price,
        executed_at=fill.executed_at,
        fees=fill.fees or Decimal(0),
    )


def _of_entries(entries: Iterable[LedgerEntry]) -> Iterator[HeldFill]:
    """One move for each entry, and one for the two halves of a corporate action: a
    reverse split takes all units away and gives fewer in the same instant.
    """
    for _, group in groupby(entries, key=_occasion):
        together = list(group)
        first = together[0]
        yield HeldFill(
            signed_quantity=sum((one.quantity for one in together), Decimal(0)),
            price=first.price,
            executed_at=first.effective_at,
            keeps_cost=_keeps_cost(first),
        )


def _occasion(entry: LedgerEntry) -> tuple[datetime, int]:
    return entry.effective_at, 0 if _keeps_cost(entry) else entry.pk


def _keeps_cost(entry: LedgerEntry) -> bool:
    return (
        entry.kind == LedgerKind.CASH
        and entry.cash_kind == CashKind.CORPORATE_ACTION.value
        and entry.price is None
    )
