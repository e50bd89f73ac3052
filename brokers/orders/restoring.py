"""Stops that gave way come back for what is still held.

A close or a new exit takes away the exits that hold its units, and leaves once they are
gone. When it was for a part of the position, or cannot leave after all, or the broker
refuses it, nothing would protect what is held then. So each cancel remembers what it gave
way to, and once that has ended its stop comes back, for as much as is held and bare. A
target does not: it protects nothing, and the stop needs the units.

The rows say what is owed, so nothing is lost with a process that dies in between.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from brokers.domain.orders import (
    OPEN_STATUSES,
    TERMINAL_STATUSES,
    CommandKind,
    CommandStatus,
    OrderRole,
    OrderStatus,
    OrderType,
    TimeInForce,
)
from brokers.models import Account, Command, Order
from brokers.orders import exits, notices, queueing
from brokers.orders.closing import assess_way_out, queue_way_out
from brokers.orders.conflicts import tried_again
from brokers.orders.delivery import WORKER
from brokers.orders.facts import side_that_reduces
from brokers.orders.locks import lock_account, lock_order, lock_position
from brokers.orders.protecting import STOPS, longest_time, protection_of
from tradedesk.core.errors import NotAllowedError


# What nobody could settle for so long has been told as unprotected all the time.
PATIENCE = timedelta(hours=1)
AT_MOST = 200
_TERMS = ("type", "limit_price", "stop_price", "trail_price", "trail_percent")


def ended() -> list[int]:
    """Orders that others gave way to and that have ended, oldest first."""
    waited = Command.objects.filter(
        kind=CommandKind.SUBMIT.value,
        awaits_cancels=True,
        order__status__in=[status.value for status in TERMINAL_STATUSES],
    )
    found = waited.order_by("approved_at", "pk").values_list("order_id", flat=True)
    return list(found[:AT_MOST])


@tried_again
@transaction.atomic
def restore(order_id: int, now: datetime) -> list[Order]:
    """Place the stops again that gave way to this order; those that are placed now.

    An order is settled once: when its stops are back, or nothing is left for them to
    protect. Until it is known how much is held it stays as it is and is asked again.
    """
    account_id = Order.objects.values_list("account_id", flat=True).get(pk=order_id)
    account = lock_account(account_id)
    done = lock_order(order_id)
    stops = _gave_way_to(done) if _leaves_bare(done) else []
    bare = _bare(account, done, stops, now=now) if stops else Decimal(0)
    if bare is None:
        return []
    Command.objects.filter(order=done, kind=CommandKind.SUBMIT.value).update(
        awaits_cancels=False
    )
    return _placed(account, done, stops, bare=bare, now=now)


def _leaves_bare(done: Order) -> bool:
    """Not an exit that worked: from then on it was for its trader to decide what
    protects the position.
    """
    worked = done.accepted_at is not None and done.state is not OrderStatus.REJECTED
    return done.type == OrderType.MARKET.value or not worked


def _gave_way_to(done: Order) -> list[Order]:
    """The stops that ended for it, or are about to; not those that filled instead."""
    about_to = Q(status__in=[state.value for state in OPEN_STATUSES]) & ~Q(
        commands__status=CommandStatus.REFUSED.value
    )
    found = Order.objects.filter(
        Q(status=OrderStatus.CANCELLED.value) | about_to,
        account=done.account_id,
        symbol=done.symbol,
        type__in=[kind.value for kind in STOPS],
        commands__kind=CommandKind.CANCEL.value,
        commands__change__gives_way_to=str(done.intent),
    )
    return list(found.order_by("pk"))


def _bare(
    account: Account, done: Order, stops: Iterable[Order], *, now: datetime
) -> Decimal | None:
    """Units that nothing protects; None as long as nobody knows."""
    position = lock_position(account, done.symbol)
    held = position.confirmed_quantity if position else Decimal(0)
    if position is None or not held or side_that_reduces(held).value != done.side:
        return Decimal(0)
    if done.finished_at is not None and now - done.finished_at > PATIENCE:
        return Decimal(0)
    ends = [one.finished_at for one in (done, *stops)]
    if not _is_read_since(account, ends) or exits.fills_are_missing(done):
        retry_at = account.connection.retry_at
        if all(ends) and (retry_at is None or retry_at <= now):
            queueing.hint_sync(account.pk, now)
        return None
    protection = protection_of(position)
    closes = [one for one in protection.targets if one.type == OrderType.MARKET.value]
    return None if closes else protection.bare


def _is_read_since(account: Account, ends: Iterable[datetime | None]) -> bool:
    """Whether all have ended, and the account was read whole after that."""
    read = account.synced_at
    return read is not None and all(end is not None and end < read for end in ends)


def _placed(
    account: Account,
    done: Order,
    stops: Sequence[Order],
    *,
    bare: Decimal,
    now: datetime,
) -> list[Order]:
    placed = []
    for stop in stops:
        units = min(bare, stop.remaining or Decimal(0))
        if not units:
            continue
        again = _again(account, stop, units, now=now)
        try:
            assessment = assess_way_out(account, again, user=done.owner, now=now)
        except NotAllowedError as error:
            notices.tell_of_bare(again, error.message, now=now)
            continue
        notices.tell_of_return(done, again, now=now)
        queue_way_out(again, assessment, waits=False, actor=WORKER, now=now)
        placed.append(again)
        bare -= units
    return placed


def _again(account: Account, stop: Order, units: Decimal, *, now: datetime) -> Order:
    lasting = stop.time_in_force != TimeInForce.DAY.value
    time = longest_time(account, units) if lasting else TimeInForce.DAY
    order = Order(
        intent=uuid.uuid5(stop.intent, "again"),
        account=account,
        owner_id=stop.owner_id,
        symbol=stop.symbol,
        side=stop.side,
        role=OrderRole.STOP.value,
        time_in_force=time.value,
        quantity=units,
        reduces_risk=True,
        created_at=now,
    )
    for name in _TERMS:
        setattr(order, name, getattr(stop, name))
    return order
