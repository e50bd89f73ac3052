"""What a command's outcome means, the same for a submission, a cancel and an amend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from brokers.domain.errors import (
    BrokerError,
    DuplicateClientOrderId,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
)
from brokers.domain.orders import CommandKind, CommandStatus
from brokers.models import Command
from brokers.orders import commands, queueing
from brokers.orders.conflicts import tried_again
from brokers.orders.facts import standing_facts
from brokers.orders.locks import lock_command_under_account
from risk import engine
from risk.facts import AccountMode, Outcome, SendFacts
from risk.services import trading_states
from tradedesk.core.actor import system


WORKER = system("worker")
# A sent command without an answer is looked at after this long: longer than the
# adapter's own timeouts together, so that the sender is surely done or dead.
SETTLE_AFTER = timedelta(seconds=15)
FIRST_LOOK = timedelta(seconds=1)
LOOK_AGAIN = timedelta(seconds=2)
# An order lookup may lag behind the broker's acceptance by some seconds: only this many
# "not found" answers, over at least this long, prove that nothing arrived.
LOOKUPS_NEEDED = 3
ARRIVAL_TIME = timedelta(seconds=5)


def locked(command_id: int) -> Command:
    """The command as it is now, under its account's lock and its own."""
    return lock_command_under_account(command_id)


def claimable(command_id: int, kind: CommandKind, now: datetime) -> Command | None:
    """The locked command, if it is of this kind, waits in the queue and is due."""
    command = locked(command_id)
    waits = command.state is CommandStatus.QUEUED and command.due_at <= now
    return command if waits and command.kind == kind.value else None


def read(command_id: int) -> Command:
    """The command with all that sending or settling it needs, without a lock."""
    related = Command.objects.select_related("order__account", "account__connection")
    return related.get(pk=command_id)


def due_to_settle(command_id: int, now: datetime) -> Command | None:
    """A sent command whose look-up is due, without a lock; None when it is not.

    Tasks may come late and in numbers: only what is due counts as another look.
    """
    command = read(command_id)
    if command.state is not CommandStatus.SENT or command.due_at > now:
        return None
    return command


def current(attempt: Command) -> Command | None:
    """The locked row, if it is still at the very send that `attempt` was read at.

    A sender that was stopped for long may come back with an answer to a send that was
    given up and sent again since: what went wrong then says nothing of the newer one.
    """
    command = locked(attempt.pk)
    return command if command.sends == attempt.sends else None


def reason_to_hold(command: Command, *, reducing: bool, now: datetime) -> str:
    """Why what was confirmed may not leave any more, or "".

    The age of the confirmation, the kill switch, and the account and its mode (checks
    40 to 43) are asked once more, since all may have changed while it lay in the queue.
    """
    if now - command.approved_at > timedelta(seconds=settings.SEND_WINDOW_SECONDS):
        return "It could not be sent in time and the confirmation is too old."
    account, owner_id = command.account, command.order.owner_id
    facts = SendFacts(
        now=now,
        states=trading_states(user_id=owner_id, account_id=account.pk),
        account=standing_facts(account, owner_id),
        expected_mode=AccountMode(account.mode),
        reducing=reducing,
        approved_at=command.approved_at,
    )
    blocks = [one for one in engine.before_send(facts) if one.outcome is Outcome.BLOCK]
    return " ".join(verdict.message for verdict in blocks)


def take_error(
    attempt: Command,
    error: BrokerError,
    *,
    now: datetime,
    refused: Callable[[Command, BrokerError, datetime], None],
) -> None:
    """Write down what went wrong; unknown is looked up and never read as refused."""
    match error:
        case RateLimited():
            wait = timedelta(seconds=max(error.retry_after, 1))
            send_again(attempt, error.message, due_at=now + wait, now=now)
        case Unavailable():
            send_again(attempt, error.message, due_at=now + LOOK_AGAIN, now=now)
        case DuplicateClientOrderId() | OutcomeUnknown():
            leave_unresolved(attempt, error, due_at=now + FIRST_LOOK, now=now)
        case _:
            refused(attempt, error, now)


@tried_again
@transaction.atomic
def send_again(
    attempt: Command, reason: str, *, due_at: datetime, now: datetime
) -> None:
    """Proof that nothing happened: the same id may go again, within its window."""
    if command := current(attempt):
        commands.requeue(command, reason, due_at=due_at, actor=WORKER, now=now)
        queueing.hint_send(command)


@tried_again
@transaction.atomic
def leave_unresolved(
    attempt: Command, error: BrokerError, *, due_at: datetime, now: datetime
) -> None:
    if command := current(attempt):
        message = error.message
        commands.leave_unresolved(
            command, message, due_at=due_at, actor=WORKER, now=now
        )


def look_later(attempt: Command, error: BrokerError, now: datetime) -> None:
    """The look-up itself got no answer: nothing is known, and it is asked again."""
    wait = max(LOOK_AGAIN, timedelta(seconds=error.retry_after))
    leave_unresolved(attempt, error, due_at=now + wait, now=now)


@tried_again
@transaction.atomic
def refuse(attempt: Command, error: BrokerError, now: datetime) -> None:
    """The broker said no to a cancel or an amend: the order stays as it was."""
    if command := current(attempt):
        commands.refuse(command, error.message, actor=WORKER, now=now)
        queueing.hint_sync(command.account_id, now)


@tried_again
@transaction.atomic
def confirm(command_id: int, outcome: str, now: datetime) -> bool:
    """The broker took it; what became of the order comes as a report."""
    command = locked(command_id)
    queueing.hint_sync(command.account_id, now)
    return commands.confirm(command, outcome, actor=WORKER, now=now)


def proves_absence(command: Command, now: datetime) -> bool:
    """Count one more positive "not found"; True when they prove that nothing arrived.

    Called under the command's lock.
    """
    message = "The broker does not know it; looking again."
    due_at = now + LOOK_AGAIN
    commands.leave_unresolved(command, message, due_at=due_at, actor=WORKER, now=now)
    commands.look_again(command, due_at=due_at, counted=True)
    long_enough = command.sent_at is not None and now - command.sent_at >= ARRIVAL_TIME
    return command.lookups >= LOOKUPS_NEEDED and long_enough
