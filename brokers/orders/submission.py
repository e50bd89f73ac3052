"""From a confirmed draft to an order at the broker, exactly once.

1. `confirm_order` in one durable transaction: lock, trading state, fresh risk verdict,
   consume the grant, write the command, the decision and the audit entry.
2. `send_command`: compare-and-set queued -> sent, commit, then talk to the broker with
   no transaction open.
3. The answer goes through `ingest`. What has no clear answer stays `sent` and
   `settle_command` looks it up; nothing is ever sent again without proof that it did
   not arrive, and then only under the same client order id.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from brokers.domain.errors import BrokerError, NotFound, Refused
from brokers.domain.orders import CommandKind, CommandStatus, OrderStatus
from brokers.domain.reports import OrderReport
from brokers.models import Command, Order
from brokers.orders import (
    commands,
    delivery,
    exits,
    following,
    queueing,
    transitions,
)
from brokers.orders.cancel import cancel_if_halted, request_cancels
from brokers.orders.conflicts import tried_again
from brokers.orders.delivery import FIRST_LOOK, SETTLE_AFTER, WORKER
from brokers.orders.digests import spec_digest
from brokers.orders.facts import Asked, gather
from brokers.orders.ingest import apply_answer, id_for
from brokers.orders.locks import lock_order, lock_order_under_account
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from risk import engine
from risk.facts import Assessment, Intent, Phase
from risk.services import effective_policy, record_decision
from tradedesk.accounts import grants
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import NotAllowedError, StaleStateError
from tradedesk.core.failpoints import Failpoint, reach


# A poll that was asked for tells the exits of a filled entry within this time.
EXITS_TOLD_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who confirms what: `digest` is that of the page which the trader saw.

    `grant_id` is None where the order only reduces risk. `acknowledged` are warnings
    answered on that page, beside those answered on the ticket.
    """

    order_id: int
    user: User
    digest: str
    grant_id: int | None
    actor: Actor
    acknowledged: Sequence[str] = ()


def confirm_order(confirmation: Confirmation, clock: Clock) -> Command:
    """Turn a draft into a queued submission. The same draft confirms only once.

    Raises:
        StaleStateError: already confirmed, or changed since the trader looked.
        NotAllowedError: a check blocks it; the verdicts are recorded.
        grants.GrantRefusedError: the grant is not for exactly this.
    """
    return concluded(_write_confirmed(confirmation, clock))


def concluded(outcome: Command | NotAllowedError) -> Command:
    """What a confirmation came to, now that it is committed.

    A denial is committed with its verdicts before it is told.
    """
    if isinstance(outcome, NotAllowedError):
        raise outcome
    reach(Failpoint.CONFIRM_AFTER_COMMIT)
    return outcome


@tried_again
@transaction.atomic(durable=True)
def _write_confirmed(
    confirmation: Confirmation, clock: Clock
) -> Command | NotAllowedError:
    outcome = _confirm(confirmation, clock.now())
    reach(Failpoint.CONFIRM_BEFORE_COMMIT)
    return outcome


def _confirm(confirmation: Confirmation, now: datetime) -> Command | NotAllowedError:
    order = approve(confirmation, now)
    if isinstance(order, NotAllowedError):
        return order
    if order.reverses is not None:
        raise StaleStateError(
            "This order turns a position around: its page sends the close with it."
        )
    return queue_submission(
        order, actor=confirmation.actor, now=now, grant_id=confirmation.grant_id
    )


def approve(confirmation: Confirmation, now: datetime) -> Order | NotAllowedError:
    """The draft, locked with its account, when everything lets it go; the grant is used.

    Called in a transaction. A denial is returned, so that its verdicts are kept.
    """
    order = lock_order_under_account(
        confirmation.order_id, owner_id=confirmation.user.pk
    )
    account = order.account
    if order.state is not OrderStatus.DRAFT:
        raise StaleStateError("This order was confirmed before; here is its state.")
    digest = spec_digest(order)
    if digest != confirmation.digest:
        raise StaleStateError(
            "The order has changed since you reviewed it. Read it again, then confirm."
        )
    asked = Asked(
        account=account,
        spec=order.spec(),
        user_id=confirmation.user.pk,
        order_id=order.pk,
        expected_mode=account.mode,
        intent=Intent.TRADE if order.reverses is None else Intent.REVERSE,
        reverses=order.reverses,
    )
    assessment = assess(asked, now)
    record_decision(
        order_id=order.pk,
        user_id=confirmation.user.pk,
        account_id=account.pk,
        assessment=assessment,
        phase=Phase.CONFIRM,
        now=now,
    )
    if assessment.blocked:
        return _deny(order, assessment, actor=confirmation.actor, now=now)
    order.acknowledged = sorted({*order.acknowledged, *confirmation.acknowledged})
    check_acknowledged(assessment, order.acknowledged)
    if not assessment.reducing:
        _consume(confirmation, digest, now)
    order.reduces_risk = assessment.reducing
    order.worst_notional = assessment.worst_notional
    return order


def assess(asked: Asked, now: datetime) -> Assessment:
    """The full verdict on what is asked, with fresh facts and the stricter policy."""
    policy = effective_policy(
        user_id=asked.user_id, account_id=asked.account.pk, now=now
    )
    return engine.evaluate(gather(asked, now), policy)


def _deny(
    order: Order, assessment: Assessment, *, actor: Actor, now: datetime
) -> NotAllowedError:
    words = " ".join(verdict.message for verdict in assessment.blocks)
    transitions.hold_back(order, words, actor=actor, now=now)
    return NotAllowedError(f"Nothing was sent. {words}", code=assessment.blocks[0].code)


def check_acknowledged(assessment: Assessment, answered: Container[str]) -> None:
    """A warning that came up since the review has to be read first.

    Raises:
        StaleStateError: with the words of each that was not answered.
    """
    unread = [v for v in assessment.to_acknowledge if v.code not in answered]
    if unread:
        words = " ".join(verdict.message for verdict in unread)
        raise StaleStateError(f"Nothing was sent. Please read this first: {words}")


def _consume(confirmation: Confirmation, digest: str, now: datetime) -> None:
    if confirmation.grant_id is None:
        raise NotAllowedError("This order adds risk, so it needs your second factor.")
    grants.consume(
        confirmation.grant_id,
        user=confirmation.user,
        purpose=grants.Purpose.ORDER_CONFIRM,
        digest=digest,
        now=now,
    )


def queue_submission(
    order: Order,
    *,
    actor: Actor,
    now: datetime,
    grant_id: int | None = None,
    awaits_cancels: bool = False,
) -> Command:
    """The outbox entry of an order that may go; called under the account's lock."""
    # Writes down what the confirmation has just judged, too.
    transitions.submit(order, id_for(order), now)
    command = commands.queue(
        order,
        CommandKind.SUBMIT,
        actor=actor,
        now=now,
        action=AuditAction.ORDER_CONFIRMED,
        digest=spec_digest(order),
        client_order_id=order.client_order_id,
        grant_id=grant_id,
        awaits_cancels=awaits_cancels,
    )
    queueing.hint_send(command.pk)
    return command


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


@transaction.atomic(durable=True)
def _claim(command_id: int, now: datetime) -> Command | None:
    """Last look, then queued -> sent. None when it is not ours to send."""
    command = delivery.locked(command_id)
    if command.state is not CommandStatus.QUEUED or command.due_at > now:
        return None
    reason = _reason_not_to_send(command, now)
    if not reason and _is_held_up(command, now):
        commands.postpone(command, now + FIRST_LOOK)
        return None
    if not reason and command.awaits_cancels:
        reason = exits.exceeds(command.order)
    if reason:
        _withdraw(command, reason, now)
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
    working = exits.in_the_way(order).values_list("pk", flat=True)
    asked = request_cancels(working, actor=WORKER, now=now)
    patient = now - command.approved_at < EXITS_TOLD_WITHIN
    unknown = patient and (exits.are_unknown(order) or exits.fills_are_missing(order))
    if unknown:
        queueing.hint_sync(command.account_id, now)
    return bool(asked) or unknown


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
    if command and commands.refuse(command, error.message, actor=WORKER, now=now):
        order = lock_order(command.order_id)
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
        queueing.hint_send(command.pk)
