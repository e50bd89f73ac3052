"""Ways out: close a part or all of a position, flatten an account, throw the switch.

None of them needs a code. A position's own exits hold its quantity at the broker, and
a broker refuses to trade against an entry of the same account, so both are cancelled
first, and the closing order waits in the outbox until they are gone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction

from brokers.domain.orders import (
    IN_FLIGHT,
    CommandKind,
    OrderType,
    TimeInForce,
)
from brokers.models import Account, Command, Instrument, Order, Position
from brokers.orders import exits
from brokers.orders.cancel import make_way_for
from brokers.orders.confirming import queue_submission
from brokers.orders.conflicts import tried_again
from brokers.orders.drafting import Ticket, judge
from brokers.orders.facts import side_that_reduces
from brokers.orders.locks import lock_account, lock_position
from risk.facts import Assessment, DenialCode, Intent, Phase
from risk.services import record_decision
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.errors import NotAllowedError, StaleStateError


# What the broker's working exits block is lifted before the close is sent, and a market
# that is closed queues it: neither may stand in the way out.
_ALL = Decimal(100)
# Kept with the submission of a close: it was for all that is held, however much.
_WHOLE = {"closes": "all"}


@tried_again
@transaction.atomic
def close_position(
    account_id: int,
    symbol: str,
    *,
    percent: Decimal,
    user: User,
    actor: Actor,
    now: datetime,
) -> Order:
    """Close this share of a position at market, after cancelling what holds it.

    Raises:
        StaleStateError: there is nothing to close, or a close is on its way.
        NotAllowedError: the venue or the account does not let anybody trade.
    """
    account = lock_account(account_id)
    position = lock_position(account, symbol)
    held = position.confirmed_quantity if position else Decimal(0)
    if held == 0:
        raise StaleStateError(f"There is no position in {symbol} to close.")
    _refuse_twice(account, symbol, held)
    order = _closing_order(
        account, symbol, _share(account, symbol, held=held, percent=percent)
    )
    order.owner = order.placed_by = user
    order.created_at = now
    waits = make_way_for(order, actor=actor, now=now)
    assessment = assess_way_out(account, order, user=user, now=now)
    queue_way_out(
        order,
        assessment,
        waits=waits or exits.are_unknown(order),
        actor=actor,
        now=now,
        change=_WHOLE if percent >= _ALL else None,
    )
    return order


def close_the_rest(submission: Command, *, actor: Actor, now: datetime) -> None:
    """What an exit that filled first has left of a position that was to be closed whole,
    as an order of its own.

    Called under the account's lock, once the close itself has ended.
    """
    closing = submission.order
    if submission.change != _WHOLE or not exits.left_to_close(closing):
        return
    # Where that is denied the stops that gave way come back (`orders.restoring`).
    with suppress(StaleStateError, NotAllowedError):
        close_position(
            closing.account_id,
            closing.symbol,
            percent=_ALL,
            user=closing.owner,
            actor=actor,
            now=now,
        )


def queue_way_out(
    order: Order,
    assessment: Assessment,
    *,
    waits: bool,
    actor: Actor,
    now: datetime,
    change: Mapping[str, str] | None = None,
) -> Command:
    """Write down an order that can only reduce, with its verdicts, and let it go.

    `waits`: something that holds its units is being cancelled, and has to end first.
    `change` is kept with its submission.
    """
    order.save()
    record_decision(
        order_id=order.pk,
        user_id=order.owner_id,
        account_id=order.account_id,
        assessment=assessment,
        phase=Phase.CONFIRM,
        now=now,
    )
    return queue_submission(
        order, actor=actor, now=now, awaits_cancels=waits, change=change
    )


def _refuse_twice(account: Account, symbol: str, held: Decimal) -> None:
    """One close at a time: pressing twice must not sell twice."""
    pending = Command.objects.filter(
        account=account,
        order__symbol=symbol,
        order__side=side_that_reduces(held).value,
        order__parent=None,
        order__type=OrderType.MARKET.value,
        kind=CommandKind.SUBMIT.value,
        status__in=IN_FLIGHT,
    )
    working = Order.objects.open().filter(
        account=account,
        symbol=symbol,
        side=side_that_reduces(held).value,
        type=OrderType.MARKET.value,
    )
    if pending.exists() or working.exists():
        raise StaleStateError(f"A close of {symbol} is on its way already.")


def _share(
    account: Account, symbol: str, *, held: Decimal, percent: Decimal
) -> Decimal:
    """The signed part to close, rounded down to what the instrument trades in."""
    if percent >= _ALL:
        return held
    part = held * percent / _ALL
    known = Instrument.objects.filter(
        feed=account.connection.feed, symbol=symbol
    ).first()
    step = Decimal("0.000000001") if known and known.fractionable else Decimal(1)
    rounded = (part / step).quantize(Decimal(1), rounding=ROUND_DOWN) * step
    if rounded == 0:
        raise StaleStateError(
            f"{percent} % of {abs(held)} {symbol} is less than can be traded. Close more."
        )
    return rounded


def _closing_order(account: Account, symbol: str, signed: Decimal) -> Order:
    return Order(
        intent=uuid.uuid4(),
        account=account,
        symbol=symbol,
        side=side_that_reduces(signed).value,
        type=OrderType.MARKET.value,
        time_in_force=TimeInForce.DAY.value,
        quantity=abs(signed),
        reduces_risk=True,
    )


def assess_way_out(
    account: Account, order: Order, *, user: User, now: datetime
) -> Assessment:
    """Blocked only by what would keep anybody from trading it at all.

    The exits that reserve the quantity are being cancelled for this very order.
    """
    ticket = Ticket(intent_key=order.intent, spec=order.spec(), intent=Intent.CLOSE)
    assessment = judge(account, ticket, user=user, now=now)
    blocks = [
        verdict
        for verdict in assessment.blocks
        if verdict.code is not DenialCode.POSITION_RESERVED
    ]
    if blocks:
        words = " ".join(verdict.message for verdict in blocks)
        raise NotAllowedError(f"Nothing was sent. {words}")
    return assessment


def flatten(
    account: Account, *, user: User, actor: Actor, now: datetime
) -> tuple[list[Order], list[str]]:
    """Close every position of an account; what could not be closed is named."""
    orders, failures = [], []
    held = Position.objects.filter(account=account).exclude(quantity=0)
    for symbol in held.values_list("symbol", flat=True):
        try:
            order = close_position(
                account.pk, symbol, percent=_ALL, user=user, actor=actor, now=now
            )
        except (StaleStateError, NotAllowedError) as error:
            failures.append(f"{symbol}: {error.message}")
        else:
            orders.append(order)
    return orders, failures
