"""The one door for whatever a broker says: answers, streams, polls, reconciliation.

News is merged under the account's lock in one transaction with its audit entries, so
the same news twice, or in another order, leaves the same book.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from brokers.domain.orders import OrderStatus, client_order_id
from brokers.domain.reports import FillReport, OrderReport
from brokers.models import (
    Account,
    BrokerReference,
    Command,
    Fill,
    Order,
    OrderSource,
)
from brokers.orders import holdings, transitions
from brokers.orders.locks import lock_account, lock_order
from brokers.orders.machine import Execution, Reported, count_fills, merge
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor, broker
from tradedesk.web import events


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Reports that came together, and by which way ("answer", "stream", "poll")."""

    told_by: str
    orders: Sequence[OrderReport] = ()
    fills: Sequence[FillReport] = ()

    @property
    def is_complete(self) -> bool:
        """A poll lists orders with their legs, so what it names and nobody knows was
        placed elsewhere; a stream names legs alone.
        """
        return self.told_by == "poll"


@dataclass(slots=True, kw_only=True)
class Ingested:
    """What came of it. `unknown` names broker ids that need a poll to be placed."""

    orders: list[int] = field(default_factory=list)
    fills: int = 0
    unknown: set[str] = field(default_factory=set)


@transaction.atomic
def ingest(account_id: int, news: News, now: datetime) -> Ingested:
    """Merge this news into the book; the same news again changes nothing."""
    account = lock_account(account_id)
    actor = broker(account.connection.label)
    result = Ingested()
    for report in news.orders:
        order = _find_or_adopt(account, report, news=news, actor=actor, now=now)
        if order is None:
            result.unknown.add(report.broker_order_id)
            continue
        apply_report(order, report, told_by=news.told_by, actor=actor, now=now)
        result.orders.append(order.pk)
    for fill in sorted(news.fills, key=lambda one: (one.executed_at, one.execution_id)):
        _take_fill(account, fill, news=news, result=result, now=now)
    return result


def apply_report(
    order: Order, report: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> Order:
    """One report on an order that is locked, and on its attached exits."""
    order = lock_order(order.pk)
    _link(order, report, now)
    current = report.broker_order_id == order.broker_order_id
    if current:
        _refresh_terms(order, report, now)
    news = reported(report, current=current, versions=order.references.count())
    merged = merge(transitions.state_of(order), news)
    transitions.apply_state(order, merged, told_by=told_by, actor=actor, now=now)
    for leg in report.legs:
        _apply_leg(order, leg, told_by=told_by, actor=actor, now=now)
    return order


def reported(report: OrderReport, *, current: bool, versions: int) -> Reported:
    """What of the report counts for the order.

    One version of several tells neither the order's end, unless it is the current one,
    nor all that was filled, which is left to the fills.
    """
    replaced = bool(report.replaced_by) or not current
    filled = report.filled_quantity if versions <= 1 else Decimal(0)
    return Reported(
        status=None if replaced else report.status,
        filled_quantity=filled,
        average_price=report.average_price,
        broker_word=report.raw_status,
        reason=report.reason,
    )


def _find_or_adopt(
    account: Account, report: OrderReport, *, news: News, actor: Actor, now: datetime
) -> Order | None:
    return find_order(account, report) or (
        _adopt(account, report, actor=actor, now=now) if news.is_complete else None
    )


def find_order(account: Account, report: OrderReport) -> Order | None:
    """The order that a report speaks of: by any broker id, else by a client id of ours.

    A client id is looked for within the account only: two accounts may use the same.
    """
    ids = {report.broker_order_id, report.replaces, report.replaced_by} - {""}
    reference = (
        BrokerReference.objects.filter(account=account, broker_order_id__in=ids)
        .select_related("order")
        .first()
    )
    if reference is not None:
        return reference.order
    if not report.client_order_id:
        return None
    by_order = Order.objects.filter(
        account=account, client_order_id=report.client_order_id
    ).first()
    if by_order is not None:
        return by_order
    command = (
        Command.objects.filter(account=account, client_order_id=report.client_order_id)
        .select_related("order")
        .first()
    )
    return None if command is None else command.order


def _adopt(
    account: Account,
    report: OrderReport,
    *,
    actor: Actor,
    now: datetime,
    parent: Order | None = None,
) -> Order | None:
    """A row for an order that the desk did not write: placed elsewhere, or attached."""
    if report.quantity is None and report.notional is None:
        return None
    order = Order.objects.create(
        owner=account.owner,
        account=account,
        parent=parent,
        source=OrderSource.ATTACHED if parent else OrderSource.EXTERNAL,
        role=report.role.value,
        client_order_id=report.client_order_id,
        symbol=report.symbol,
        side=report.side.value,
        type=report.type.value,
        time_in_force=report.time_in_force.value,
        order_class=report.order_class.value,
        quantity=report.quantity,
        notional=report.notional if report.quantity is None else None,
        limit_price=report.limit_price,
        stop_price=report.stop_price,
        trail_price=report.trail_price,
        trail_percent=report.trail_percent,
        extended_hours=report.extended_hours,
        reduces_risk=parent is not None,
        status=OrderStatus.SUBMITTED.value,
        created_at=report.submitted_at or now,
        submitted_at=report.submitted_at or now,
    )
    record(
        AuditAction.ORDER_EXTERNAL if parent is None else AuditAction.ORDER_REPORTED,
        actor=actor,
        subject="order",
        subject_id=order.pk,
        payload={
            "broker_order_id": report.broker_order_id,
            "parent": parent.pk if parent else None,
            "terms": terms(order),
        },
        now=now,
    )
    return order


def _apply_leg(
    parent: Order, leg: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> None:
    known = find_order(parent.account, leg)
    child = known or _adopt(parent.account, leg, actor=actor, now=now, parent=parent)
    if child is not None:
        apply_report(child, leg, told_by=told_by, actor=actor, now=now)


def _link(order: Order, report: OrderReport, now: datetime) -> None:
    """Remember every id; the newest version is the current one."""
    for broker_id in (report.replaces, report.broker_order_id, report.replaced_by):
        if broker_id:
            BrokerReference.objects.get_or_create(
                account_id=order.account_id,
                broker_order_id=broker_id,
                defaults={"order": order, "since": now},
            )
    newest = report.replaced_by or report.broker_order_id
    is_newer = not order.broker_order_id or order.broker_order_id in {
        report.broker_order_id,
        report.replaces,
    }
    if is_newer and order.broker_order_id != newest:
        order.broker_order_id = newest
        order.accepted_at = order.accepted_at or now
        order.save(update_fields=["broker_order_id", "accepted_at"])


TERMS = ("quantity", "limit_price", "stop_price", "trail_price", "trail_percent")


def _refresh_terms(order: Order, report: OrderReport, now: datetime) -> None:
    """The broker's current version says what works there, for instance after an amend
    or when a partly filled exit shrank its twin.
    """
    if (
        report.updated_at
        and order.reported_at
        and report.updated_at < order.reported_at
    ):
        return
    changed = ["reported_at"]
    order.reported_at = report.updated_at or now
    for name in TERMS:
        told = getattr(report, name)
        if told is not None and told != getattr(order, name):
            setattr(order, name, told)
            changed.append(name)
    order.save(update_fields=changed)


def terms(order: Order) -> dict[str, object]:
    """What an order asks for, as it stands in the audit log."""
    spec = order.spec()
    return {name: getattr(spec, name) for name in spec.__slots__}


def _take_fill(
    account: Account, fill: FillReport, *, news: News, result: Ingested, now: datetime
) -> None:
    reference = (
        BrokerReference.objects.filter(
            account=account, broker_order_id=fill.broker_order_id
        )
        .select_related("order")
        .first()
    )
    if reference is None:
        result.unknown.add(fill.broker_order_id)
        return
    if _book_fill(account, reference.order, fill=fill, told_by=news.told_by, now=now):
        result.fills += 1


def _book_fill(
    account: Account, order: Order, *, fill: FillReport, told_by: str, now: datetime
) -> bool:
    """Book one execution once; False when it is in the book already."""
    row, is_new = Fill.objects.get_or_create(
        account=account,
        execution_id=fill.execution_id,
        defaults={
            "owner_id": account.owner_id,
            "order": order,
            "broker_order_id": fill.broker_order_id,
            "symbol": fill.symbol,
            "side": fill.side.value,
            "quantity": fill.quantity,
            "price": fill.price,
            "fees": fill.fees,
            "executed_at": fill.executed_at,
            "booked_at": now,
            "told_by": told_by,
        },
    )
    if not is_new:
        return False
    actor = broker(account.connection.label)
    _count(lock_order(order.pk), told_by, actor=actor, now=now)
    holdings.add(account, row, actor=actor, now=now)
    record(
        AuditAction.FILL_BOOKED,
        actor=actor,
        subject="order",
        subject_id=order.pk,
        payload={
            "execution": fill.execution_id,
            "side": fill.side,
            "quantity": fill.quantity,
            "price": fill.price,
            "executed_at": fill.executed_at,
            "told_by": told_by,
        },
        now=now,
    )
    events.publish(account.owner_id, "positions", {"symbol": fill.symbol})
    return True


def _count(order: Order, told_by: str, *, actor: Actor, now: datetime) -> None:
    standing = order.fills.filter(busted_at=None).values_list("quantity", "price")
    executions = [Execution(quantity=q, price=p) for q, p in standing]
    counted = count_fills(transitions.state_of(order), executions)
    transitions.apply_state(order, counted, told_by=told_by, actor=actor, now=now)


def id_for(order: Order) -> str:
    """The client order id of an order's submission."""
    return client_order_id(order.intent)
