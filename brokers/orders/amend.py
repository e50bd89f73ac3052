"""Changing a working order: the same checks as a new one, a new version at the broker.

The broker answers with a new id; both ids stay with the order, so that no fill of the
old version is lost. What adds risk needs a grant bound to the change; what only reduces
it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from brokers.domain.errors import BrokerError, NotFound
from brokers.domain.orders import (
    IN_FLIGHT,
    CommandKind,
    CommandStatus,
    OrderChange,
    OrderClass,
    OrderRole,
    OrderSpec,
    Side,
    TimeInForce,
    client_order_id,
)
from brokers.models import Account, Command, Order, Position
from brokers.orders import commands, delivery, verdicts
from brokers.orders.answering import UNANSWERED, Answers, check_answered
from brokers.orders.conflicts import tried_again
from brokers.orders.delivery import SETTLE_AFTER, WORKER
from brokers.orders.facts import Asked, MarketFacts
from brokers.orders.ingest import News, ingest
from brokers.orders.locks import lock_account, lock_order
from brokers.orders.papers import Papers, contents
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader
from risk.facts import Assessment, Intent, Phase
from risk.services import record_decision
from tradedesk.accounts import grants
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import decimal_text, digest
from tradedesk.core.clock import Clock
from tradedesk.core.errors import (
    InvalidInputError,
    NotAllowedError,
    StaleStateError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """Who changes what; `grant_id` is None where the change only reduces risk.

    `answers` are to its warnings; `papers` what is written with it, in its transaction.
    """

    order_id: int
    change: OrderChange
    user: User
    grant_id: int | None
    actor: Actor
    answers: Answers = UNANSWERED
    papers: Sequence[Papers] = ()


def amended_spec(order: Order, change: OrderChange) -> OrderSpec:
    """What the order asks for after the change, for what is left to fill."""
    spec = order.spec()
    quantity = change.quantity or order.quantity
    left = None if quantity is None else quantity - order.filled_quantity
    trail_field = "trail_percent" if spec.trail_percent is not None else "trail_price"
    fields: dict[str, object] = {
        "quantity": left,
        "limit_price": change.limit_price or spec.limit_price,
        "stop_price": change.stop_price or spec.stop_price,
        "time_in_force": change.time_in_force or spec.time_in_force,
    }
    if change.trail is not None:
        fields[trail_field] = change.trail
    if order.parent_id is not None:
        # A leg carries the class of its group and has no exits of its own.
        fields["order_class"] = OrderClass.SIMPLE
    return replace(spec, **fields)  # type: ignore[arg-type] # names are of OrderSpec


def adds_risk(order: Order, change: OrderChange) -> bool:
    """Whether a change needs the second factor: it lets more be lost than before.

    A protective stop moved away from the market, anything that makes an entry larger or
    cheaper to fill, and an exit for more than is held add risk. Shrinking an order or
    tightening a stop do not.
    """
    if _exceeds_position(order, change):
        return True
    if order.role == OrderRole.STOP.value or _is_protective_stop(order):
        return _widens(order, change)
    if order.reduces_risk or order.role == OrderRole.TARGET.value:
        return False
    only_smaller = (
        change.limit_price is None
        and change.stop_price is None
        and change.trail is None
        and change.time_in_force is None
    )
    smaller = change.quantity is None or (
        order.quantity is not None and change.quantity <= order.quantity
    )
    return not (only_smaller and smaller)


def _exceeds_position(order: Order, change: OrderChange) -> bool:
    """An exit made larger than what it closes would open the other side."""
    if change.quantity is None or order.quantity is None:
        return False
    if change.quantity <= order.quantity:
        return False
    position = Position.objects.filter(
        account=order.account_id, symbol=order.symbol
    ).first()
    held = position.confirmed_quantity if position else Decimal(0)
    left = change.quantity - order.filled_quantity
    return left > -held * Side(order.side).sign


def _is_protective_stop(order: Order) -> bool:
    """A stop that was placed on its own for what is held, without an entry."""
    has_trigger = order.stop_price is not None or order.trail_price is not None
    return order.reduces_risk and (has_trigger or order.trail_percent is not None)


def _widens(order: Order, change: OrderChange) -> bool:
    if (
        change.quantity is not None
        and order.quantity is not None
        and change.quantity < order.quantity
    ):
        return True  # a smaller stop leaves a part of the position bare
    if change.trail is not None:
        trail = order.trail_percent or order.trail_price or Decimal(0)
        return change.trail > trail
    if change.stop_price is None or order.stop_price is None:
        return False
    sign = Side(order.side).sign
    return (change.stop_price - order.stop_price) * sign > 0


def change_digest(order: Order, change: OrderChange) -> str:
    """What the second factor signs: this change of exactly this version of the order."""
    fields = {name: getattr(change, name) for name in change.__slots__}
    return digest(
        {
            "order": str(order.intent),
            "broker_order_id": order.broker_order_id,
            "account": order.account_id,
            **fields,
        }
    )


def preview_amend(
    account: Account,
    order: Order,
    *,
    change: OrderChange,
    user: User,
    now: datetime,
    market: MarketFacts | None = None,
) -> Assessment:
    """The verdict on the order as it would be; a page hands on what it knows of the
    `market`.
    """
    intent = Intent.CLOSE if order.reduces_risk else Intent.TRADE
    asked = Asked(
        account=account,
        spec=amended_spec(order, change),
        user_id=user.pk,
        intent=intent,
        amends=str(order.pk),
        expected_mode=account.mode,
    )
    return verdicts.preview(asked, now, market=market)


def request_amend(amendment: Amendment, clock: Clock) -> Command:
    """Queue a change of a working order.

    Raises:
        StaleStateError: the order no longer works, or an amend is on its way.
        NotAllowedError: a check blocks it, or it adds risk and no grant came with it.
        InvalidInputError: a warning of one's own behaviour is not answered, or it asks
            for no more than is filled.
    """
    outcome = _request(amendment, clock.now())
    if isinstance(outcome, NotAllowedError):
        raise outcome
    return outcome


@tried_again
@transaction.atomic(durable=True)
def _request(amendment: Amendment, now: datetime) -> Command | NotAllowedError:
    account_id = Order.objects.values_list("account_id", flat=True).get(
        pk=amendment.order_id, owner=amendment.user
    )
    account = lock_account(account_id)
    order = lock_order(amendment.order_id)
    check_amendable(order)
    _check_quantity(order, amendment.change)
    assessment = preview_amend(
        account, order, change=amendment.change, user=amendment.user, now=now
    )
    record_decision(
        order_id=order.pk,
        user_id=amendment.user.pk,
        account_id=account.pk,
        assessment=assessment,
        phase=Phase.AMEND,
        now=now,
    )
    if assessment.blocked:
        words = " ".join(verdict.message for verdict in assessment.blocks)
        return NotAllowedError(f"Nothing was changed. {words}")
    check_answered(assessment, amendment.answers)
    if adds_risk(order, amendment.change):
        _consume(amendment, order, now)
    for one in amendment.papers:
        one.write(order)
    return _queue(order, amendment, now)


def _check_quantity(order: Order, change: OrderChange) -> None:
    """More may have filled since the change was typed."""
    if change.quantity is None or change.quantity > order.filled_quantity:
        return
    filled = decimal_text(order.filled_quantity)
    raise InvalidInputError(
        f"Nothing was changed. {filled} are filled already. To stop the rest, cancel "
        "the order.",
        field="quantity",
    )


def check_amendable(order: Order) -> None:
    """Raises StaleStateError where it does not work, or something is on its way."""
    if not order.state.is_open or not order.broker_order_id:
        raise StaleStateError("Only an order that works at the broker can be changed.")
    busy = order.commands.filter(status__in=IN_FLIGHT)
    if busy.exists():
        raise StaleStateError(
            "Another change of this order is on its way. Wait for its outcome."
        )


def _consume(amendment: Amendment, order: Order, now: datetime) -> None:
    if amendment.grant_id is None:
        raise NotAllowedError("This change adds risk, so it needs your second factor.")
    grants.consume(
        amendment.grant_id,
        user=amendment.user,
        purpose=grants.Purpose.ORDER_AMEND,
        digest=change_digest(order, amendment.change),
        now=now,
    )


def _queue(order: Order, amendment: Amendment, now: datetime) -> Command:
    command = commands.queue(
        order,
        CommandKind.AMEND,
        actor=amendment.actor,
        now=now,
        action=AuditAction.ORDER_AMEND_REQUESTED,
        change=_stored(amendment.change) | _said(amendment.answers.reason),
        papers=contents(amendment.papers),
        digest=change_digest(order, amendment.change),
        grant_id=amendment.grant_id,
    )
    command.client_order_id = client_order_id(command.key)
    command.save(update_fields=["client_order_id"])
    return command


def _stored(change: OrderChange) -> dict[str, str]:
    fields = {name: getattr(change, name) for name in change.__slots__}
    return {
        name: decimal_text(value) if isinstance(value, Decimal) else str(value.value)
        for name, value in fields.items()
        if value is not None
    }


def _said(reason: str) -> dict[str, str]:
    said = reason.strip()[:200]
    return {"reason": said} if said else {}


def stored_change(command: Command) -> OrderChange:
    """The change that a command carries."""
    row = dict(command.change)
    row.pop("reason", None)
    word = row.pop("time_in_force", None)
    figures = {name: Decimal(value) for name, value in row.items()}
    return OrderChange(
        **figures, time_in_force=None if word is None else TimeInForce(word)
    )


def send_amend(command_id: int, clock: Clock) -> None:
    """Ask the broker, once per claim; a command in any other state is left alone."""
    command = _claim(command_id, clock.now())
    if command is None:
        return
    try:
        trader = open_trader(command.account.connection)
        report = trader.replace_order(
            command.order.broker_order_id,
            command.client_order_id,
            stored_change(command),
        )
    except BrokerError as error:
        delivery.take_error(command, error, now=clock.now(), refused=delivery.refuse)
        return
    ingest(command.account_id, News(told_by="answer", orders=[report]), clock.now())
    delivery.confirm(command_id, "The broker took the change.", clock.now())


@tried_again
@transaction.atomic(durable=True)
def _claim(command_id: int, now: datetime) -> Command | None:
    command = delivery.claimable(command_id, CommandKind.AMEND, now)
    if command is None:
        return None
    if not command.order.state.is_open:
        outcome = f"Already {command.order.get_status_display()}."
        commands.refuse(command, outcome, actor=WORKER, now=now)
        return None
    if reason := _reason_not_to_send(command, now):
        commands.refuse(command, reason, actor=WORKER, now=now)
        return None
    claimed = commands.claim(command, settle_after=SETTLE_AFTER, actor=WORKER, now=now)
    return command if claimed else None


def _reason_not_to_send(command: Command, now: datetime) -> str:
    """Why a change that was confirmed may not go after all, or ""."""
    order, change = command.order, stored_change(command)
    if change_digest(order, change) != command.digest:
        return "The order is no longer the one whose change was confirmed."
    reducing = not adds_risk(order, change)
    return delivery.reason_to_hold(command, reducing=reducing, now=now)


def settle_amend(command_id: int, clock: Clock) -> None:
    """Look the new version up by the id that this very change gave it."""
    command = delivery.due_to_settle(command_id, clock.now())
    if command is None:
        return
    try:
        reader = open_reader(command.account.connection)
        report = reader.find_order(command.client_order_id)
    except NotFound:
        _not_found(command, clock.now())
    except BrokerError as error:
        delivery.look_later(command, error, clock.now())
    else:
        ingest(command.account_id, News(told_by="lookup", orders=[report]), clock.now())
        delivery.confirm(command_id, "The broker took the change.", clock.now())


@tried_again
@transaction.atomic
def _not_found(attempt: Command, now: datetime) -> None:
    command = delivery.current(attempt)
    if command is None or command.state is not CommandStatus.SENT:
        return
    if delivery.proves_absence(command, now):
        outcome = "The change never reached the broker; the order is as it was."
        commands.refuse(command, outcome, actor=WORKER, now=now)
