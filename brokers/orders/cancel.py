"""Taking orders back. Never needs a code, never waits for a check.

A cancel is a command of its own; the order's end comes as a report. Asking twice is
harmless, so a cancel whose outcome is unknown may be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from brokers.domain.errors import BrokerError, NotFound, RateLimited, Refused
from brokers.domain.orders import IN_FLIGHT, CommandKind, CommandStatus, OrderStatus
from brokers.models import Command, Order
from brokers.orders import commands, delivery, exits, transitions
from brokers.orders.conflicts import tried_again
from brokers.orders.delivery import LOOK_AGAIN, SETTLE_AFTER, WORKER
from brokers.orders.ingest import News, ingest
from brokers.orders.locks import lock_account, lock_order
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from brokers.wire.budget import Priority
from risk.facts import TradingState
from risk.services import trading_state
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor, system
from tradedesk.core.clock import Clock


@tried_again
@transaction.atomic
def request_cancel(
    order_id: int,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    gives_way_to: Order | None = None,
) -> Command | None:
    """Ask for an order's end. None when nothing has to be asked of the broker.

    A draft ends here; an order that has not been sent yet is withdrawn here; one whose
    submission is unknown is cancelled as soon as the broker's answer is known. `reason`
    is kept with the request, where somebody gave one, and so is what it gives way to.
    """
    account_id = Order.objects.values_list("account_id", flat=True).get(pk=order_id)
    lock_account(account_id)
    order = lock_order(order_id)
    if order.state.is_terminal:
        return None
    if order.state is OrderStatus.DRAFT:
        _end_unsent(order, "Discarded before it was confirmed.", actor=actor, now=now)
        return None
    submission = order.commands.filter(
        kind=CommandKind.SUBMIT.value, status=CommandStatus.QUEUED.value
    ).first()
    if submission is not None and commands.refuse(
        submission, "Cancelled before it was sent.", actor=actor, now=now
    ):
        _end_unsent(order, "Cancelled before it was sent.", actor=actor, now=now)
        return None
    change = {"reason": reason[:200]} if reason else {}
    if gives_way_to is not None:
        change["gives_way_to"] = str(gives_way_to.intent)
    return _queue(order, actor, now=now, change=change)


def _end_unsent(order: Order, reason: str, *, actor: Actor, now: datetime) -> None:
    transitions.end(order, OrderStatus.CANCELLED, reason, actor=actor, now=now)


def _queue(
    order: Order, actor: Actor, *, now: datetime, change: dict[str, str]
) -> Command:
    in_flight = order.commands.filter(
        kind=CommandKind.CANCEL.value,
        status__in=IN_FLIGHT,
    ).first()
    if in_flight is not None:
        return in_flight
    return commands.queue(
        order,
        CommandKind.CANCEL,
        actor=actor,
        now=now,
        action=AuditAction.ORDER_CANCEL_REQUESTED,
        change=change,
    )


def request_cancels(
    order_ids: Iterable[int],
    *,
    actor: Actor,
    now: datetime,
    gives_way_to: Order | None = None,
) -> list[Command]:
    """Ask for the end of several orders; each on its own, so that none blocks another."""
    asked = [
        request_cancel(pk, actor=actor, now=now, gives_way_to=gives_way_to)
        for pk in sorted(order_ids)
    ]
    return [command for command in asked if command is not None]


def make_way_for(order: Order, *, actor: Actor, now: datetime) -> bool:
    """Cancel what holds the units of a way out; False where nothing has to end first."""
    working = exits.in_the_way(order).values_list("pk", flat=True)
    return bool(request_cancels(working, actor=actor, now=now, gives_way_to=order))


def cancel_if_halted(order: Order, now: datetime) -> Command | None:
    """An order that reached the broker while the kill switch was thrown goes back."""
    if order.reduces_risk:
        return None
    state = trading_state(user_id=order.owner_id, account_id=order.account_id)
    if state is not TradingState.HALTED:
        return None
    if not Order.objects.get(pk=order.pk).state.is_open:
        return None
    return request_cancel(order.pk, actor=system("kill switch"), now=now)


def send_cancel(command_id: int, clock: Clock) -> None:
    """Ask the broker, once per claim; a command in any other state is left alone."""
    command = _claim(command_id, clock.now())
    if command is None:
        return
    try:
        trader = open_trader(command.account.connection, way_out=True)
        trader.cancel_order(command.order.broker_order_id)
    except BrokerError as error:
        delivery.take_error(command, error, now=clock.now(), refused=_take_refusal)
        return
    delivery.confirm(command_id, "The broker took the cancel.", clock.now())


def _take_refusal(attempt: Command, refusal: BrokerError, now: datetime) -> None:
    """The broker cancels no order that has ended, nor one that was replaced meanwhile.

    The second kind works on under an id that we may not know yet: without this look a
    cancel that crossed a replace would leave it working.
    """
    try:
        reader = open_reader(attempt.account.connection, Priority.WAY_OUT)
        report = reader.get_order(attempt.order.broker_order_id)
    except RateLimited as error:
        delivery.look_later(attempt, error, now)
    except Refused:
        delivery.refuse(attempt, refusal, now)
    except BrokerError as error:
        delivery.look_later(attempt, error, now)
    else:
        ingest(attempt.account_id, News(told_by="lookup", orders=[report]), now)
        if report.replaced_by:
            _ask_again(attempt, "It was replaced; asking for its new version.", now)
        else:
            delivery.refuse(attempt, refusal, now)


def _ask_again(attempt: Command, why: str, now: datetime) -> None:
    delivery.send_again(attempt, why, due_at=now, now=now)


@tried_again
@transaction.atomic(durable=True)
def _claim(command_id: int, now: datetime) -> Command | None:
    command = delivery.claimable(command_id, CommandKind.CANCEL, now)
    if command is None:
        return None
    order = command.order
    if order.state.is_terminal:
        outcome = f"Already {order.get_status_display()}."
        commands.refuse(command, outcome, actor=WORKER, now=now)
        return None
    if not order.broker_order_id:
        commands.postpone(command, now + LOOK_AGAIN)
        return None
    claimed = commands.claim(command, settle_after=SETTLE_AFTER, actor=WORKER, now=now)
    return command if claimed else None


def settle_cancel(command_id: int, clock: Clock) -> None:
    """Look at the order whose cancel has no clear answer; ask again if it still works."""
    command = delivery.due_to_settle(command_id, clock.now())
    if command is None:
        return
    try:
        reader = open_reader(command.account.connection)
        report = reader.get_order(command.order.broker_order_id)
    except NotFound as error:
        delivery.refuse(command, error, clock.now())
    except BrokerError as error:
        delivery.look_later(command, error, clock.now())
    else:
        ingest(command.account_id, News(told_by="lookup", orders=[report]), clock.now())
        _conclude(command, clock.now())


@tried_again
@transaction.atomic
def _conclude(attempt: Command, now: datetime) -> None:
    command = delivery.locked(attempt.pk)
    if command.order.state.is_terminal:
        outcome = f"The order is {command.order.get_status_display()}."
        commands.confirm(command, outcome, actor=WORKER, now=now)
    else:
        _ask_again(attempt, "The order still works; asking again.", now)
