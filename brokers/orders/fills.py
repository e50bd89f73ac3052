"""Executions into the book: each once, taken back and put right in any order of news.

A bust or correction may come before the execution that it speaks of. Then a row is kept
for that one, taken back already, and its own figures are filled in when they come. A
correction stands at the instant of what it corrects, whenever it was told, so that the
fold of a position never depends on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from brokers.domain.reports import FillKind, FillReport
from brokers.models import Account, BrokerReference, Fill, Order
from brokers.orders import (
    giving_way,
    holdings,
    inferring,
    notices,
    standing,
    transitions,
)
from brokers.orders.fill_log import record_fill
from brokers.orders.locks import lock_order
from brokers.orders.merging import standing_of
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor


@dataclass(slots=True, kw_only=True)
class Taken:
    """What came of some reports. `unknown` names broker ids that need a poll; of the
    `restated` orders executions were taken back.
    """

    fills: int = 0
    unknown: set[str] = field(default_factory=set)
    restated: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """To whom the news belongs, by which way it came, and when."""

    account: Account
    told_by: str
    actor: Actor
    now: datetime


def take_fills(reports: Sequence[FillReport], telling: Telling) -> Taken:
    """Book what is new of these, oldest first, what was taken back last.

    Before the account's opening nobody can say which of them it will hold: they wait
    for the poll that opens it.
    """
    taken = Taken()
    if telling.account.opened_at is None:
        taken.unknown.update(report.broker_order_id for report in reports)
        return taken
    for report in in_order(reports):
        if not _is_before_opening(report, telling.account):
            _take(report, telling, taken)
    return taken


_TURN = {FillKind.NEW: 0, FillKind.CORRECTION: 1, FillKind.BUST: 2}


def in_order(reports: Sequence[FillReport]) -> list[FillReport]:
    """A bust beside the correction of the same execution says nothing of its own."""
    corrected = {one.refers_to for one in reports if one.kind is FillKind.CORRECTION}
    telling = [
        one
        for one in reports
        if one.kind is not FillKind.BUST or one.refers_to not in corrected
    ]
    return sorted(
        telling, key=lambda one: (_TURN[one.kind], one.executed_at, one.execution_id)
    )


def _is_before_opening(report: FillReport, account: Account) -> bool:
    """What was filled by then is in the account's opening entries."""
    return account.opened_at is not None and report.executed_at <= account.opened_at


def _take(report: FillReport, telling: Telling, taken: Taken) -> None:
    reference = BrokerReference.objects.filter(
        account=telling.account, broker_order_id=report.broker_order_id
    ).first()
    if reference is None:
        taken.unknown.add(report.broker_order_id)
        return
    order = lock_order(reference.order_id)
    if report.kind is FillKind.NEW:
        taken.fills += book(order, report, telling)
        return
    if not _may_take_back(order, report, telling):
        taken.unknown.add(report.broker_order_id)
        return
    change = take_back if report.kind is FillKind.BUST else put_right
    if change(order, report, telling):
        taken.restated.add(order.pk)


def _may_take_back(order: Order, report: FillReport, telling: Telling) -> bool:
    """Whether the execution meant is in the book, or will be once it is told.

    Of an order from before the opening it may be part of the opening entry instead: a
    poll, which tells when each was executed, decides.
    """
    opened_at = telling.account.opened_at
    if telling.told_by == "poll" or opened_at is None:
        return True
    if order.submitted_at is not None and order.submitted_at > opened_at:
        return True
    return _find(telling.account, report.refers_to) is not None


def _find(account: Account, execution_id: str) -> Fill | None:
    return Fill.objects.filter(account=account, execution_id=execution_id).first()


# One execution


def book(order: Order, report: FillReport, telling: Telling) -> bool:
    """One execution; False when it is in the book already."""
    row, is_new = _row(order, report, telling)
    if not is_new:
        _confirm(row, telling)
        return _complete(order, row, report=report, telling=telling)
    before = transitions.state_of(order)
    gave_way = _let_inferred_give_way(order, row, telling)
    gave_way |= giving_way.fill_gives_way(telling.account, row)
    standing.count(order, told_by=telling.told_by, actor=telling.actor, now=telling.now)
    notices.tell_of_growth(
        order,
        before=before,
        after=transitions.state_of(order),
        amended=standing_of([order.pk])[order.pk].versions > 1,
        now=telling.now,
    )
    if gave_way:
        _rebuild(order, telling)
    else:
        holdings.add(telling.account, row, actor=telling.actor, now=telling.now)
    _log(AuditAction.FILL_BOOKED, order, row, telling=telling)
    return True


def _row(
    order: Order, report: FillReport, telling: Telling, **state: object
) -> tuple[Fill, bool]:
    return Fill.objects.get_or_create(
        account=telling.account,
        execution_id=report.execution_id,
        defaults={
            "owner_id": telling.account.owner_id,
            "order": order,
            "broker_order_id": report.broker_order_id,
            "symbol": report.symbol,
            "side": report.side.value,
            "quantity": report.quantity,
            "price": report.price,
            "fees": report.fees,
            "executed_at": report.executed_at,
            "booked_at": telling.now,
            "told_by": telling.told_by,
            **state,
        },
    )


def _confirm(row: Fill, telling: Telling) -> None:
    """What a statement brought under the broker's own id is the broker's from now on."""
    if giving_way.awaits_the_broker(row):
        row.told_by = telling.told_by
        row.save(update_fields=["told_by"])


def _complete(order: Order, row: Fill, *, report: FillReport, telling: Telling) -> bool:
    """The execution's own figures, for one that was taken back before it was told."""
    if not row.inferred:
        return False
    row.quantity, row.price, row.fees = report.quantity, report.price, report.fees
    row.told_by, row.inferred = telling.told_by, False
    if row.corrects is None:
        row.executed_at = report.executed_at
    row.save()
    if _pass_instant_on(row):
        _rebuild(order, telling)
    _log(AuditAction.FILL_BOOKED, order, row, telling=telling)
    return True


def _let_inferred_give_way(order: Order, row: Fill, telling: Telling) -> bool:
    booked = sum((one.quantity for one in standing.executions_of(order)), Decimal(0))
    return inferring.give_way(
        telling.account,
        order,
        row,
        excess=min(booked - order.filled_quantity, row.quantity),
        actor=telling.actor,
        now=telling.now,
    )


# Taken back, put right


def take_back(order: Order, report: FillReport, telling: Telling) -> bool:
    """A bust. False when the execution was taken back before."""
    row = _find(telling.account, report.refers_to)
    if row is not None and row.busted_at is not None:
        return False
    if row is None:
        row = _remember(order, report, telling)
    row.busted_at = telling.now
    row.bust_reason = "Taken back by the venue"
    row.save(update_fields=["busted_at", "bust_reason"])
    notices.tell_of_bust(order, row, telling.now)
    _settle(order, telling)
    _log(AuditAction.FILL_BUSTED, order, row, telling=telling, reason=row.bust_reason)
    return True


def put_right(order: Order, report: FillReport, telling: Telling) -> bool:
    """A correction: what it refers to is taken back, and it stands in that one's place.

    False when the book has it.
    """
    row = _find(telling.account, report.execution_id)
    if row is not None and row.corrects_id is not None:
        return _complete(order, row, report=report, telling=telling)
    old = _find(telling.account, report.refers_to) or _remember(order, report, telling)
    old = _last_of_chain(old)
    if row is None:
        row, _ = _row(order, report, telling)
    elif row.pk == old.pk:
        return False
    row.inferred, row.corrects = False, old
    row.quantity, row.price = report.quantity, report.price
    row.save()
    old.busted_at = old.busted_at or telling.now
    old.bust_reason = f"Corrected: {row.execution_id}"[:200]
    old.save(update_fields=["busted_at", "bust_reason"])
    _pass_instant_on(old)
    notices.tell_of_correction(order, old, row, now=telling.now)
    _settle(order, telling)
    _log(
        AuditAction.FILL_CORRECTED,
        order,
        row,
        telling=telling,
        corrects=old.execution_id,
        was_quantity=old.quantity,
        was_price=old.price,
    )
    return True


def _remember(order: Order, report: FillReport, telling: Telling) -> Fill:
    """A row for an execution that nobody told of yet, taken back from the start.

    What was inferred for it gives way, since it stands no more.
    """
    row = Fill.objects.create(
        account=telling.account,
        execution_id=report.refers_to,
        owner_id=telling.account.owner_id,
        order=order,
        broker_order_id=report.broker_order_id,
        symbol=report.symbol,
        side=report.side.value,
        quantity=report.quantity,
        price=report.price,
        executed_at=report.executed_at,
        booked_at=telling.now,
        told_by=telling.told_by,
        busted_at=telling.now,
        inferred=True,
    )
    inferring.give_way(
        telling.account,
        order,
        row,
        excess=row.quantity,
        actor=telling.actor,
        now=telling.now,
    )
    return row


def _last_of_chain(fill: Fill) -> Fill:
    """A second correction of the same execution corrects the first."""
    while (later := Fill.objects.filter(corrects=fill).first()) is not None:
        fill = later
    return fill


def _pass_instant_on(fill: Fill) -> bool:
    """Corrections stand at the instant of what they correct, once that is known."""
    if fill.inferred:
        return False
    moved = False
    while (later := Fill.objects.filter(corrects=fill).first()) is not None:
        if later.executed_at != fill.executed_at:
            later.executed_at, moved = fill.executed_at, True
            later.save(update_fields=["executed_at"])
        fill = later
    return moved


def _settle(order: Order, telling: Telling) -> None:
    """Order and position counted again from what stands."""
    standing.count_again(
        order, told_by=telling.told_by, actor=telling.actor, now=telling.now
    )
    _rebuild(order, telling)


def _rebuild(order: Order, telling: Telling) -> None:
    holdings.rebuild(
        telling.account, order.symbol, actor=telling.actor, now=telling.now
    )


def _log(
    action: AuditAction,
    order: Order,
    fill: Fill,
    *,
    telling: Telling,
    **more: object,
) -> None:
    record_fill(
        action,
        order,
        fill,
        told_by=telling.told_by,
        actor=telling.actor,
        now=telling.now,
        **more,
    )
