"""A draft becomes a queued submission, in one durable transaction.

Locks, trading state, a fresh risk verdict, the grant used up; then the command, the
decision and the audit entry are written. The same draft confirms only once.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from brokers.domain.orders import CommandKind, OrderStatus
from brokers.models import Command, Order
from brokers.orders import commands, transitions
from brokers.orders.conflicts import tried_again
from brokers.orders.digests import spec_digest
from brokers.orders.facts import Asked
from brokers.orders.ingest import id_for
from brokers.orders.locks import lock_order_under_account
from brokers.orders.verdicts import assess
from risk.facts import Assessment, Intent, Phase
from risk.services import record_decision
from tradedesk.accounts import grants
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import NotAllowedError, StaleStateError
from tradedesk.core.failpoints import Failpoint, reach


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
    change: Mapping[str, str] | None = None,
) -> Command:
    """The outbox entry of an order that may go; called under the account's lock."""
    # Writes down what the confirmation has just judged, too.
    transitions.submit(order, id_for(order), now)
    return commands.queue(
        order,
        CommandKind.SUBMIT,
        actor=actor,
        now=now,
        action=AuditAction.ORDER_CONFIRMED,
        digest=spec_digest(order),
        client_order_id=order.client_order_id,
        grant_id=grant_id,
        awaits_cancels=awaits_cancels,
        change=dict(change or {}),
    )
