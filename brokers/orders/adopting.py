"""Which order a report speaks of, and a row for one that was placed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, IntegerField, QuerySet, Value

from brokers.domain.orders import OrderStatus
from brokers.domain.reports import OrderReport
from brokers.models import Account, BrokerReference, Order, OrderSource
from brokers.orders.transitions import Booked
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.reads import Read
from tradedesk.writes import insert, insert_unknown


TERMS = ("quantity", "limit_price", "stop_price", "trail_price", "trail_percent")


def find_order(account: Account, report: OrderReport) -> Order | None:
    """The order that a report speaks of: by any broker id, else by a client id of ours.

    A client id is looked for within the account only: two accounts may use the same.
    """
    ids = {report.broker_order_id, report.replaces, report.replaced_by} - {""}
    named = tuple(sorted(ids))
    if not report.client_order_id:
        return _by_broker_id.first(account.pk, named)
    return _by_any_id.first(account.pk, named, report.client_order_id)


def _referred_to(account_id: int, ids: Sequence[str]) -> QuerySet[Order]:
    return Order.objects.filter(
        references__account_id=account_id, references__broker_order_id__in=ids
    )


def _any_of_ids(account_id: int, ids: Sequence[str], client_id: str) -> QuerySet[Order]:
    """In one statement, with how well each was named."""
    placed = Order.objects.filter(account_id=account_id, client_order_id=client_id)
    asked = Order.objects.filter(
        commands__account_id=account_id, commands__client_order_id=client_id
    )
    ranked = [
        orders.annotate(rank=Value(rank, IntegerField()), since=F(since))
        for rank, (orders, since) in enumerate(
            [
                (_referred_to(account_id, ids), "references__pk"),
                (placed, "pk"),
                (asked, "commands__pk"),
            ]
        )
    ]
    found = ranked[0].union(*ranked[1:], all=True)
    return found.order_by("rank", "since")[:1]


_by_broker_id = Read(
    lambda account_id, ids: _referred_to(account_id, ids).order_by("references__pk")[:1]
)
_by_any_id = Read(_any_of_ids)


def adopt(
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
    order = Order(
        owner_id=account.owner_id,
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
    insert(order)
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


def link(order: Order, report: OrderReport, now: datetime) -> set[str]:
    """Remember every id; the newest version is the current one.

    The names of the order's fields that changed; the caller saves them.
    """
    ids = {report.replaces, report.broker_order_id, report.replaced_by} - {""}
    insert_unknown(
        [
            BrokerReference(
                account_id=order.account_id,
                broker_order_id=broker_id,
                order=order,
                since=now,
            )
            for broker_id in sorted(ids)
        ]
    )
    newest = report.replaced_by or report.broker_order_id
    is_newer = not order.broker_order_id or order.broker_order_id in {
        report.broker_order_id,
        report.replaces,
    }
    if is_newer and order.broker_order_id != newest:
        order.broker_order_id = newest
        order.accepted_at = order.accepted_at or now
        return {"broker_order_id", "accepted_at"}
    return set()


def refresh_terms(order: Order, report: OrderReport, now: datetime) -> set[str]:
    """The broker's current version says what works there, for instance after an amend
    or when a partly filled exit shrank its twin.

    The names of the fields that changed; the caller saves them.
    """
    if is_stale(order, report):
        return set()
    changed = {"reported_at"}
    order.reported_at = report.updated_at or now
    for name in TERMS:
        told = getattr(report, name)
        if told is not None and told != getattr(order, name):
            setattr(order, name, told)
            changed.add(name)
    return changed


def is_stale(order: Booked, report: OrderReport) -> bool:
    """Whether the broker has said something newer of this order already."""
    return (
        report.updated_at is not None
        and order.reported_at is not None
        and report.updated_at < order.reported_at
    )


def terms(order: Order) -> dict[str, object]:
    """What an order asks for, as it stands in the audit log."""
    spec = order.spec()
    return {name: getattr(spec, name) for name in spec.__slots__}
