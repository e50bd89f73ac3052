"""The one door for whatever a broker says: answers, streams, polls, reconciliation.

News is merged under the account's lock in one transaction with its audit entries, so
the same news twice, or in another order, leaves the same book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from brokers.domain.orders import client_order_id
from brokers.domain.reports import FillReport, OrderReport
from brokers.models import Account, BrokerReference, Order
from brokers.orders import adopting, fills, machine, merging, notices, transitions
from brokers.orders.conflicts import tried_again
from brokers.orders.locks import lock_account, lock_order
from brokers.orders.machine import OrderState
from tradedesk.audit.services import together
from tradedesk.core.actor import Actor, broker


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


@tried_again
@transaction.atomic
@together()
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
        order.account = account
        apply_report(order, report, told_by=news.told_by, actor=actor, now=now)
        result.orders.append(order.pk)
    telling = fills.Telling(account=account, told_by=news.told_by, actor=actor, now=now)
    taken = fills.take_fills(news.fills, telling)
    _hear_again(account, news.orders, taken.restated, telling=telling)
    result.fills = taken.fills
    result.unknown |= taken.unknown
    return result


def apply_answer(
    order: Order, report: OrderReport, *, told_by: str, now: datetime
) -> None:
    """What the broker says of the very order that it was asked about, which is locked
    with its account and its command: there is nothing to be searched for.
    """
    actor = broker(order.account.connection.label)
    _apply_locked(order, report, told_by=told_by, actor=actor, now=now)


def _find_or_adopt(
    account: Account, report: OrderReport, *, news: News, actor: Actor, now: datetime
) -> Order | None:
    known = adopting.find_order(account, report)
    if known is not None or not news.is_complete:
        return known
    return adopting.adopt(account, report, actor=actor, now=now)


def apply_report(
    order: Order, report: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> Order:
    """One report on an order of a locked account, and on its attached exits."""
    account = order.account
    order = lock_order(order.pk)
    order.account = account
    return _apply_locked(order, report, told_by=told_by, actor=actor, now=now)


def _apply_locked(
    order: Order, report: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> Order:
    _merge(order, report, told_by=told_by, actor=actor, now=now)
    for leg in report.legs:
        _apply_leg(order, leg, told_by=told_by, actor=actor, now=now)
    return order


def _merge(
    order: Order, report: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> None:
    is_first = not order.broker_order_id
    changed = adopting.link(order, report, now)
    state = transitions.state_of(order)
    if report.broker_order_id == order.broker_order_id:
        changed |= adopting.refresh_terms(order, report, now)
    if order.quantity != state.quantity:
        state = machine.amend(state, order.quantity)
    standing = (
        merging.first_standing(report)
        if is_first
        else merging.standing_of([order.pk])[order.pk]
    )
    merged = _explained(
        order, state, merging.after(order, state, report, standing=standing)
    )
    before = transitions.state_of(order)
    amended = standing.versions > 1
    notices.tell_of_growth(order, before=before, after=merged, amended=amended, now=now)
    notices.tell_of_end(order, before, merged, now=now)
    transitions.apply_state(
        order, merged, told_by=told_by, actor=actor, now=now, changed=changed
    )


def _explained(order: Order, before: OrderState, after: OrderState) -> OrderState:
    """An end says why, in the broker's words or in ours."""
    ended = after.status in notices.ENDED and after.status is not before.status
    if not ended or after.reason != before.reason:
        return after
    return replace(after, reason=notices.ending(order, after.status) or after.reason)


def _apply_leg(
    parent: Order, leg: OrderReport, *, told_by: str, actor: Actor, now: datetime
) -> None:
    account = parent.account
    known = adopting.find_order(account, leg)
    if known is not None:
        known.account = account
        apply_report(known, leg, told_by=told_by, actor=actor, now=now)
        return
    new = adopting.adopt(account, leg, actor=actor, now=now, parent=parent)
    if new is not None:
        # Nobody else can see a row that this transaction has just made.
        _apply_locked(new, leg, told_by=told_by, actor=actor, now=now)


def _hear_again(
    account: Account,
    reports: Sequence[OrderReport],
    restated: set[int],
    *,
    telling: fills.Telling,
) -> None:
    """What came together with a bust or correction is from after it, and stands."""
    if not restated:
        return
    # Merging has linked every id of these reports to its order by now.
    named = BrokerReference.objects.filter(account=account, order__in=restated)
    orders = dict(named.values_list("broker_order_id", "order_id"))
    for report in _with_legs(reports):
        order_id = orders.get(report.broker_order_id)
        if order_id is not None:
            _merge(
                lock_order(order_id),
                report,
                told_by=telling.told_by,
                actor=telling.actor,
                now=telling.now,
            )


def _with_legs(reports: Iterable[OrderReport]) -> Iterator[OrderReport]:
    for report in reports:
        yield report
        yield from _with_legs(report.legs)


def id_for(order: Order) -> str:
    """The client order id of an order's submission."""
    return client_order_id(order.intent)
