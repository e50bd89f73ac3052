"""The life of a command: queued -> sent -> confirmed or refused, by compare-and-set.

Whoever's update changes one row owns the step; for everybody else it is a no-op. Each
step writes its audit entry in the same transaction. All take place under the account's
lock, except the first claim, which is the compare-and-set itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from brokers.domain.orders import CommandKind, CommandStatus
from brokers.models import Command, Order
from brokers.orders.queueing import hint_send
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.web import events
from tradedesk.writes import Change, insert


def queue(
    order: Order,
    kind: CommandKind,
    *,
    actor: Actor,
    now: datetime,
    action: AuditAction,
    papers: Mapping[str, Mapping[str, object]] | None = None,
    **fields: object,
) -> Command:
    """A new entry of the outbox, audited as `action` with the `papers` written beside.

    The worker is told of it before anybody else is, once all this is committed.
    """
    command = Command(
        order=order,
        account_id=order.account_id,
        kind=kind.value,
        approved_at=now,
        due_at=now,
    )
    for name, value in fields.items():
        setattr(command, name, value)
    insert(command)
    hint_send(command)
    _log(
        command,
        action,
        payload={
            "digest": command.digest,
            "change": command.change,
            "grant": command.grant_id,
            **({"papers": papers} if papers else {}),
        },
        actor=actor,
        now=now,
    )
    return command


def claim(
    command: Command, *, settle_after: timedelta, actor: Actor, now: datetime
) -> bool:
    """Queued -> sent: the one claim to send. False when somebody else has it."""
    claimed = _moved(
        command,
        [CommandStatus.QUEUED],
        status=CommandStatus.SENT.value,
        sent_at=now,
        due_at=now + settle_after,
        sends=command.sends + 1,
        unresolved_since=None,
        lookups=0,
    )
    if claimed:
        _log(
            command,
            AuditAction.COMMAND_SENT,
            payload={"send": command.sends},
            actor=actor,
            now=now,
        )
    return claimed


def confirm(command: Command, outcome: str, *, actor: Actor, now: datetime) -> bool:
    """Sent -> confirmed: the broker has done what was asked."""
    was_unresolved = command.unresolved_since is not None
    if not _finish(command, CommandStatus.CONFIRMED, outcome=outcome, now=now):
        return False
    action = (
        AuditAction.COMMAND_RESOLVED
        if was_unresolved
        else AuditAction.COMMAND_CONFIRMED
    )
    _log(command, action, payload={"outcome": outcome}, actor=actor, now=now)
    return True


def refuse(command: Command, outcome: str, *, actor: Actor, now: datetime) -> bool:
    """Queued or sent -> refused, with proof that it did not happen."""
    if not _finish(command, CommandStatus.REFUSED, outcome=outcome, now=now):
        return False
    _log(
        command,
        AuditAction.COMMAND_REFUSED,
        payload={"outcome": outcome},
        actor=actor,
        now=now,
    )
    return True


def requeue(
    command: Command, outcome: str, *, due_at: datetime, actor: Actor, now: datetime
) -> bool:
    """Sent -> queued, only with proof that nothing left us or that nothing arrived."""
    changed = _moved(
        command,
        [CommandStatus.SENT],
        status=CommandStatus.QUEUED.value,
        due_at=due_at,
        outcome=outcome[:500],
        unresolved_since=None,
        lookups=0,
    )
    if changed:
        detail = {"outcome": outcome, "again_at": due_at}
        _log(
            command, AuditAction.COMMAND_RESOLVED, payload=detail, actor=actor, now=now
        )
    return changed


def leave_unresolved(
    command: Command, outcome: str, *, due_at: datetime, actor: Actor, now: datetime
) -> None:
    """Stays sent; the answer is being looked up, and the page says so."""
    first = command.unresolved_since is None
    _moved(
        command,
        [CommandStatus.SENT],
        unresolved_since=command.unresolved_since or now,
        due_at=due_at,
        outcome=outcome[:500],
    )
    if first and command.state is CommandStatus.SENT:
        detail = {"outcome": outcome}
        _log(
            command,
            AuditAction.COMMAND_UNRESOLVED,
            payload=detail,
            actor=actor,
            now=now,
        )


def look_again(command: Command, *, due_at: datetime, counted: bool) -> None:
    """The next look at a sent command; `counted` when the broker said "not found"."""
    lookups = command.lookups + (1 if counted else 0)
    _moved(command, [CommandStatus.SENT], due_at=due_at, lookups=lookups)


def postpone(command: Command, due_at: datetime) -> None:
    Command.objects.filter(pk=command.pk, status=CommandStatus.QUEUED.value).update(
        due_at=due_at
    )


def _finish(
    command: Command, status: CommandStatus, *, outcome: str, now: datetime
) -> bool:
    return _moved(
        command,
        [CommandStatus.QUEUED, CommandStatus.SENT],
        status=status.value,
        finished_at=now,
        outcome=outcome[:500],
    )


_of_send = Change(
    lambda pk, sends, among: Command.objects.filter(
        pk=pk, sends=sends, status__in=among
    )
)


def _moved(command: Command, states: list[CommandStatus], **fields: object) -> bool:
    """The compare-and-set: only from these states, and only for this very send.

    A success is exactly what was asked for; otherwise the row is read again.
    """
    among = tuple(state.value for state in states)
    moved = _of_send(command.pk, command.sends, among, **fields) == 1
    if moved:
        for name, value in fields.items():
            setattr(command, name, value)
    else:
        command.refresh_from_db()
    return moved


def _log(
    command: Command,
    action: AuditAction,
    *,
    payload: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record(
        action,
        actor=actor,
        subject="order",
        subject_id=command.order_id,
        payload={"command": str(command.key), "what": command.kind, **payload},
        now=now,
    )
    events.publish(command.order.owner_id, "orders", {"order": str(command.order_id)})
