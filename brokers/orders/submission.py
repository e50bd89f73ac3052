"""From a confirmed order to an order at the broker, exactly once.

1. `brokers.orders.confirming` wrote the command, with all that allows it.
2. `send_submission`: compare-and-set queued -> sent, commit, then talk to the broker
   with no transaction open.
3. The answer goes through `ingest`. What has no clear answer stays `sent` and
   `settle_submission` looks it up; nothing is ever sent again without proof that it did
   not arrive, and then only under the same client order id.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from brokers.domain.errors import BrokerError, NotFound, Refused
from brokers.domain.orders import CommandKind, CommandStatus
from brokers.domain.reports import OrderReport
from brokers.models import Command, Order
from brokers.orders import (
    commands,
    delivery,
    exits,
    following,
    notices,
    queueing,
    transitions,
)
from brokers.orders.cancel import cancel_if_halted, make_way_for
from brokers.orders.closing import close_the_rest
from brokers.orders.conflicts import tried_again
from brokers.orders.delivery import FIRST_LOOK, SETTLE_AFTER, WORKER
from brokers.orders.digests import spec_digest
from brokers.orders.ingest import apply_answer
from brokers.orders.locks import lock_order
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from tradedesk.audit.services import together
from tradedesk.core.clock import Clock
from tradedesk.core.failpoints import Failpoint, reach


# A poll that was asked for tells the exits of a filled entry within this time.
EXITS_TOLD_WITHIN = timedelta(seconds=10)


def send_submission(command_id: int, clock: Clock) -> None:
    """Send a queued submission, once: for a command in any other state, do nothing."""
    reach(Failpoint.SEND_BEFORE_CLAIM)
    command = _claim(command_id, clock.now())
    if command is None:
        return
    reach(Failpoint.SEND_AFTER_CLAIM)
    order = command.order
    try:
        trader = open_trader(
            command.account.connection, way_out=command.order.reduces_risk
        )
        report = trader.place_order(command.client_order_id, order.spec())
    except BrokerError as error:
        reach(Failpoint.SEND_AFTER_ANSWER)
        delivery.take_error(command, error, now=clock.now(), refused=_reject)
        return
    reach(Failpoint.SEND_AFTER_ANSWER)
    _take_report(command.pk, report, told_by="answer", now=clock.now())
    reach(Failpoint.SEND_AFTER_INGEST)


@tried_again
@transaction.atomic(durable=True)
def _claim(command_id: int, now: datetime) -> Command | None:
    """Last look, then queued -> sent. None when it is not ours to send."""
    command = delivery.claimable(command_id, CommandKind.SUBMIT, now)
    if command is None:
        return None
    reason = _reason_not_to_send(command, now)
    if not reason and _is_held_up(command, now):
        commands.postpone(command, now + FIRST_LOOK)
        return None
    if reason:
        _withdraw(command, reason, now)
        return None
    if command.awaits_cancels and (reason := exits.exceeds(command.order)):
        _withdraw(command, reason, now)
        close_the_rest(command, actor=WORKER, now=now)
        return None
    claimed = commands.claim(command, settle_after=SETTLE_AFTER, actor=WORKER, now=now)
    return command if claimed else None


def _reason_not_to_send(command: Command, now: datetime) -> str:
    """Why a command that was taken from the queue may not go after all, or ""."""
    order = command.order
    if spec_digest(order) != command.digest:
        return "The order differs from what was confirmed."
    hold = delivery.reason_to_hold(command, reducing=order.reduces_risk, now=now)
    if order.follows_id is None:
        return hold
    if hold:
        return f"{hold} {following.why_still_waiting(order)}".strip()
    return following.why_withdrawn(order)


def _is_held_up(command: Command, now: datetime) -> bool:
    if command.order.follows_id is not None:
        if not following.why_still_waiting(command.order):
            return False
        queueing.hint_sync(command.account_id, now)
        return True
    return command.awaits_cancels and _is_blocked_by_others(command, now)


def _is_blocked_by_others(command: Command, now: datetime) -> bool:
    """Whether something stands in the way of a close; all that is known is cancelled.

    One that was not known when the close was asked for is cancelled here. Nothing
    unknown holds up a way out for long: then it goes, and the broker decides.
    """
    order = command.order
    asked = make_way_for(order, actor=WORKER, now=now)
    patient = now - command.approved_at < EXITS_TOLD_WITHIN
    unknown = patient and (exits.are_unknown(order) or exits.fills_are_missing(order))
    if unknown:
        queueing.hint_sync(command.account_id, now)
    return asked or unknown


def _withdraw(command: Command, reason: str, now: datetime) -> None:
    if command.sends:
        # An earlier send was proved not to have arrived; still, nothing is at the
        # broker, so this is a denial of ours.
        reason = f"{reason} An earlier attempt did not reach the broker."
    commands.refuse(command, reason, actor=WORKER, now=now)
    transitions.deny(lock_order(command.order_id), reason, actor=WORKER, now=now)


def _take_report(
    command_id: int, report: OrderReport, *, told_by: str, now: datetime
) -> None:
    command = _write_report(command_id, report, told_by=told_by, now=now)
    if command is not None:
        cancel_if_halted(command.order, now)


@tried_again
@transaction.atomic
@together()
def _write_report(
    command_id: int, report: OrderReport, *, told_by: str, now: datetime
) -> Command | None:
    """The broker has it: the command is confirmed and the book merged, together.

    None where the command was confirmed before.
    """
    command = delivery.locked(command_id)
    apply_answer(command.order, report, told_by=told_by, now=now)
    outcome = f"At the broker: {report.raw_status}."
    confirmed = commands.confirm(command, outcome, actor=WORKER, now=now)
    return command if confirmed else None


@tried_again
@transaction.atomic
def _reject(attempt: Command, error: BrokerError, now: datetime) -> None:
    command = delivery.current(attempt)
    if command is None or not command.is_in_flight:
        return
    order = lock_order(command.order_id)
    notices.tell_of_refused_return(order, error.message, now=now)
    if commands.refuse(command, error.message, actor=WORKER, now=now):
        transitions.reject(order, error.message, actor=WORKER, now=now)


def settle_submission(command_id: int, clock: Clock) -> None:
    """Look up a sent submission whose outcome nobody knows. Safe to run at any time."""
    command = delivery.due_to_settle(command_id, clock.now())
    if command is None:
        return
    reach(Failpoint.SETTLE_BEFORE_LOOKUP)
    try:
        reader = open_reader(command.account.connection)
        report = reader.find_order(command.client_order_id)
    except NotFound:
        _not_found(command, clock.now())
    except BrokerError as error:
        delivery.look_later(command, error, clock.now())
    else:
        reach(Failpoint.SETTLE_AFTER_LOOKUP)
        _take_found(command, report, clock.now())


def _take_found(attempt: Command, report: OrderReport, now: datetime) -> None:
    if _is_another(attempt.order, report):
        error = Refused("The broker knows another order under this id.")
        _reject(attempt, error, now)
        return
    _take_report(attempt.pk, report, told_by="lookup", now=now)


def _is_another(order: Order, report: OrderReport) -> bool:
    """A different order under our id, as after a restored backup: not ours to claim."""
    return (report.symbol, report.side.value) != (order.symbol, order.side) or (
        order.quantity is not None
        and report.quantity is not None
        and not report.replaces
        and not report.replaced_by
        and report.quantity != order.quantity
    )


@tried_again
@transaction.atomic
def _not_found(attempt: Command, now: datetime) -> None:
    """Enough positive "not found" answers prove that nothing arrived: it may go again,
    under the same id, if its confirmation is still fresh (`_reason_not_to_send`).
    """
    command = delivery.current(attempt)
    if command is None or command.state is not CommandStatus.SENT:
        return
    if delivery.proves_absence(command, now):
        reason = f"Not at the broker: {command.lookups} look-ups found nothing."
        commands.requeue(command, reason, due_at=now, actor=WORKER, now=now)
        queueing.hint_send(command)
