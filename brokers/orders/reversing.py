"""Turning a position around: its close, then an entry the other way with its own stop.

Two orders, since one order does not go through zero at every broker
(`brokers.orders.following`). Both are queued in one transaction with one code, bound to
the entry: it adds risk, the close does not. The entry waits in the outbox until the
close has filled and the account is flat, and is withdrawn when that does not happen
within the send window. When a check blocks the entry nothing is sent, not even the close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from brokers.domain.orders import OrderClass, OrderSpec, OrderType, TimeInForce
from brokers.models import Command, Order, Position
from brokers.orders.closing import close_position
from brokers.orders.confirming import (
    Confirmation,
    approve,
    concluded,
    queue_submission,
)
from brokers.orders.conflicts import tried_again
from brokers.orders.drafting import Drafted, Ticket, draft_order, judge
from brokers.orders.facts import side_that_reduces
from brokers.orders.locks import lock_position
from brokers.orders.papers import Papers
from risk.facts import Assessment, Intent
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import NotAllowedError, StaleStateError
from tradedesk.core.failpoints import Failpoint, reach


WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a trader asks for: units of the entry, its stop, a target or none.

    `intent_key` was born with the form; `risk_money` and `reference_price` are what the
    page showed, as in `Ticket`. `papers` are what the entry carries.
    """

    intent_key: UUID
    quantity: Decimal
    stop_price: Decimal
    target_price: Decimal | None = None
    acknowledged: Sequence[str] = ()
    risk_money: Decimal | None = None
    reference_price: Decimal | None = None
    papers: Sequence[Papers] = ()


def entry_ticket(position: Position, turn: Turn) -> Ticket:
    """A market entry the other way, its exits good until cancelled."""
    held = position.confirmed_quantity
    bracket = turn.target_price is not None
    return Ticket(
        intent_key=turn.intent_key,
        intent=Intent.REVERSE,
        reverses=held,
        spec=OrderSpec(
            symbol=position.symbol,
            side=side_that_reduces(held),
            type=OrderType.MARKET,
            time_in_force=TimeInForce.GTC,
            quantity=turn.quantity,
            order_class=OrderClass.BRACKET if bracket else OrderClass.OTO,
            stop_loss_price=turn.stop_price,
            take_profit_price=turn.target_price,
        ),
        acknowledged=turn.acknowledged,
        risk_money=turn.risk_money,
        reference_price=turn.reference_price,
    )


def draft_reversal(
    position: Position, turn: Turn, *, user: User, actor: Actor, now: datetime
) -> Drafted:
    """Write the entry as a draft, judged as if flat. The same form twice is one draft.

    Raises:
        StaleStateError: nothing is held, or the draft was confirmed meanwhile.
    """
    if position.confirmed_quantity == 0:
        raise StaleStateError(f"There is no position in {position.symbol} to reverse.")
    ticket = entry_ticket(position, turn)
    return draft_order(
        position.account_id,
        ticket,
        user=user,
        actor=actor,
        now=now,
        papers=turn.papers,
    )


def judge_reversal(draft: Order, *, user: User, now: datetime) -> Assessment:
    """The verdicts on a draft of `draft_reversal`, without writing anything."""
    ticket = Ticket(
        intent_key=draft.intent,
        intent=Intent.REVERSE,
        reverses=draft.reverses,
        spec=draft.spec(),
    )
    return judge(draft.account, ticket, user=user, now=now)


def confirm_reversal(confirmation: Confirmation, clock: Clock) -> Command:
    """Queue the close and the entry that follows it, both or neither.

    Raises:
        StaleStateError: confirmed before, changed since the trader looked, or the
            position is no longer the one that was to be turned around.
        NotAllowedError: a check blocks the entry, or the close.
        grants.GrantRefusedError: the grant is not for exactly this.
    """
    return concluded(_write_confirmed(confirmation, clock))


@tried_again
@transaction.atomic(durable=True)
def _write_confirmed(
    confirmation: Confirmation, clock: Clock
) -> Command | NotAllowedError:
    now = clock.now()
    entry = approve(confirmation, now)
    if isinstance(entry, NotAllowedError):
        return entry
    _check_position(entry)
    entry.follows = close_position(
        entry.account_id,
        entry.symbol,
        percent=WHOLE,
        user=confirmation.user,
        actor=confirmation.actor,
        now=now,
    )
    entry.save(update_fields=["follows"])
    command = queue_submission(
        entry, actor=confirmation.actor, now=now, grant_id=confirmation.grant_id
    )
    reach(Failpoint.CONFIRM_BEFORE_COMMIT)
    return command


def _check_position(entry: Order) -> None:
    if entry.reverses is None:
        raise StaleStateError("This order reverses nothing. Review it on its own page.")
    position = lock_position(entry.account, entry.symbol)
    held = position.confirmed_quantity if position else Decimal(0)
    if held != entry.reverses:
        raise StaleStateError(
            "The position has changed since you reviewed this. Begin again from it."
        )
