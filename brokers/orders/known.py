"""What a poll tells that the book has already: nearly all of it, nearly always.

Merging news that is known changes nothing, so leaving it out changes nothing either;
but it spares a poll of an account with a thousand orders thousands of queries under
the account's lock. States only move forward, so what is known here stays known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from brokers.domain.reports import FillReport, OrderReport
from brokers.models import Account, BrokerReference, Fill, Order
from brokers.orders import transitions
from brokers.orders.ingest import TERMS, reported
from brokers.orders.machine import merge


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Orders by every broker id that names them, and how many ids each has."""

    orders: dict[str, Order]
    versions: Counter[int]


def new_orders(account: Account, reports: Sequence[OrderReport]) -> list[OrderReport]:
    """The reports that would change something."""
    book = _book(account, _ids(reports))
    return [report for report in reports if not _is_known(book, report)]


def new_fills(account: Account, reports: Sequence[FillReport]) -> list[FillReport]:
    """The executions that are not booked."""
    ids = [report.execution_id for report in reports]
    booked = Fill.objects.filter(account=account, execution_id__in=ids)
    known = set(booked.values_list("execution_id", flat=True))
    return [report for report in reports if report.execution_id not in known]


def _ids(reports: Iterable[OrderReport]) -> Iterator[str]:
    for report in reports:
        yield report.broker_order_id
        yield from _ids(report.legs)


def _book(account: Account, broker_order_ids: Iterable[str]) -> Book:
    named = BrokerReference.objects.filter(
        account=account, broker_order_id__in=list(broker_order_ids)
    )
    orders = {one.broker_order_id: one.order for one in named.select_related("order")}
    found = {order.pk for order in orders.values()}
    every = BrokerReference.objects.filter(account=account, order__in=found)
    versions = Counter(every.values_list("order_id", flat=True))
    return Book(orders=orders, versions=versions)


def _is_known(book: Book, report: OrderReport, parent: Order | None = None) -> bool:
    order = book.orders.get(report.broker_order_id)
    if order is None or (parent is not None and order.parent_id != parent.pk):
        return False
    return (
        _is_linked(order, report)
        and _are_terms_known(order, report)
        and _is_merged(book, order, report)
        and all(_is_known(book, leg, order) for leg in report.legs)
    )


def _is_linked(order: Order, report: OrderReport) -> bool:
    """A report of a replaced version is settled once the order has gone beyond it."""
    if report.replaced_by:
        return order.broker_order_id not in {report.broker_order_id, report.replaces}
    return order.broker_order_id not in {"", report.replaces}


def _are_terms_known(order: Order, report: OrderReport) -> bool:
    if report.broker_order_id != order.broker_order_id:
        return True
    if report.updated_at is None or order.reported_at is None:
        return False
    if report.updated_at != order.reported_at:
        return report.updated_at < order.reported_at
    told = ((getattr(report, name), getattr(order, name)) for name in TERMS)
    return all(new is None or new == ours for new, ours in told)


def _is_merged(book: Book, order: Order, report: OrderReport) -> bool:
    state = transitions.state_of(order)
    current = report.broker_order_id == order.broker_order_id
    news = reported(report, current=current, versions=book.versions[order.pk])
    return merge(state, news) == state
