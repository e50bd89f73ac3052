"""What a poll tells that the book has already: nearly all of it, nearly always.

Merging news that is known changes nothing, so leaving it out changes nothing either;
but it spares a poll of an account with a thousand orders thousands of queries under
the account's lock. States only move forward, so what is known here stays known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from brokers.domain.orders import OrderStatus
from brokers.domain.reports import FillKind, FillReport, OrderReport
from brokers.models import Account, BrokerReference, Fill
from brokers.orders import merging, transitions
from brokers.orders.adopting import TERMS
from brokers.orders.giving_way import awaits_the_broker
from brokers.orders.ingest import News
from brokers.orders.merging import Standing


class Known(NamedTuple):
    """Columns of an order that a report may change: an account that trades all day has
    hundreds of them in every reading.
    """

    pk: int
    parent_id: int | None
    broker_order_id: str
    reported_at: datetime | None
    status: str
    quantity: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    trail_price: Decimal | None
    trail_percent: Decimal | None
    filled_quantity: Decimal
    average_price: Decimal | None
    broker_word: str
    status_reason: str

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Orders by every broker id that names them, and what else a merge must know."""

    orders: dict[str, Known]
    standing: dict[int, Standing]


def unread(
    account: Account,
    *,
    orders: Sequence[OrderReport],
    fills: Sequence[FillReport],
    told_by: str = "poll",
) -> News:
    """What of a reading the book does not have yet.

    Of an order whose executions were taken back since, the report is news as well: only
    after the bust does it say where the order stands.
    """
    told = new_fills(account, fills)
    restated = {one.broker_order_id for one in told if one.kind is not FillKind.NEW}
    fresh = new_orders(account, orders)
    again = [
        one for one in orders if restated.intersection(_ids([one])) and one not in fresh
    ]
    return News(told_by=told_by, orders=[*fresh, *again], fills=told)


def new_orders(account: Account, reports: Sequence[OrderReport]) -> list[OrderReport]:
    """The reports that would change something."""
    book = _book(account, _ids(reports))
    return [report for report in reports if not _is_known(book, report)]


def new_fills(account: Account, reports: Sequence[FillReport]) -> list[FillReport]:
    """The executions that are not booked, or not taken back or put right yet."""
    ids = {one.execution_id for one in reports} | {one.refers_to for one in reports}
    rows = Fill.objects.filter(account=account, execution_id__in=ids)
    booked = {row.execution_id: row for row in rows}
    return [report for report in reports if not _is_booked(booked, report)]


def _is_booked(booked: Mapping[str, Fill], report: FillReport) -> bool:
    if report.kind is FillKind.BUST:
        row = booked.get(report.refers_to)
        return row is not None and row.busted_at is not None
    row = booked.get(report.execution_id)
    if row is None or row.inferred or awaits_the_broker(row):
        return False
    return report.kind is FillKind.NEW or row.corrects_id is not None


def _ids(reports: Iterable[OrderReport]) -> Iterator[str]:
    for report in reports:
        yield report.broker_order_id
        yield from _ids(report.legs)


def _book(account: Account, broker_order_ids: Iterable[str]) -> Book:
    columns = ["broker_order_id", *(f"order__{name}" for name in Known._fields)]
    named = BrokerReference.objects.filter(
        account=account, broker_order_id__in=list(broker_order_ids)
    ).values_list(*columns)
    orders = {name: Known(*columns) for name, *columns in named}
    standing = merging.standing_of({order.pk for order in orders.values()})
    return Book(orders=orders, standing=standing)


def _is_known(book: Book, report: OrderReport, parent: Known | None = None) -> bool:
    order = book.orders.get(report.broker_order_id)
    if order is None or (parent is not None and order.parent_id != parent.pk):
        return False
    return (
        _is_linked(order, report)
        and _are_terms_known(order, report)
        and _is_merged(book, order, report)
        and all(_is_known(book, leg, order) for leg in report.legs)
    )


def _is_linked(order: Known, report: OrderReport) -> bool:
    """A report of a replaced version is settled once the order has gone beyond it."""
    if report.replaced_by:
        return order.broker_order_id not in {report.broker_order_id, report.replaces}
    return order.broker_order_id not in {"", report.replaces}


def _are_terms_known(order: Known, report: OrderReport) -> bool:
    if report.broker_order_id != order.broker_order_id:
        return True
    if report.updated_at is None or order.reported_at is None:
        return False
    if report.updated_at != order.reported_at:
        return report.updated_at < order.reported_at
    told = ((getattr(report, name), getattr(order, name)) for name in TERMS)
    return all(new is None or new == ours for new, ours in told)


def _is_merged(book: Book, order: Known, report: OrderReport) -> bool:
    state = transitions.state_of(order)
    return (
        merging.after(order, state, report, standing=book.standing[order.pk]) == state
    )
