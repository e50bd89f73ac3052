"""One exit in the place of those that work: they are cancelled, then it follows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from brokers.domain.orders import OrderRole, OrderSpec, OrderType, Side
from brokers.models import Account, Command, Order
from brokers.orders import exits
from brokers.orders.cancel import make_way_for
from brokers.orders.closing import assess_way_out, queue_way_out
from brokers.orders.conflicts import tried_again
from brokers.orders.drafting import Ticket
from brokers.orders.facts import side_that_reduces
from brokers.orders.locks import lock_account, lock_position
from brokers.orders.protecting import NewExit, Protection, exit_ticket
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.errors import StaleStateError


@tried_again
@transaction.atomic(durable=True)
def replace_exits(
    protection: Protection, new: NewExit, *, user: User, actor: Actor, now: datetime
) -> Command:
    """Cancel the working exits, and queue the new one, which waits for their end.

    Nothing is cancelled where the new one is blocked. No code: it can only reduce.

    Raises:
        StaleStateError: the position changed, an entry or a close still works, or the
            form was sent before.
        NotAllowedError: a check blocks it.
    """
    symbol = protection.position.symbol
    account = lock_account(protection.position.account_id)
    position = lock_position(account, symbol)
    held = position.confirmed_quantity if position else Decimal(0)
    if held != protection.position.confirmed_quantity:
        raise StaleStateError("The position has changed meanwhile. Look again.")
    _refuse_in_the_middle(account, symbol, side_that_reduces(held))
    order = _order(account, exit_ticket(protection, new))
    if Order.objects.filter(intent=order.intent).exists():
        raise StaleStateError("This form was sent already; here is what became of it.")
    order.owner = order.placed_by = user
    order.created_at = now
    assessment = assess_way_out(account, order, user=user, now=now)
    waits = make_way_for(order, actor=actor, now=now) or exits.are_unknown(order)
    return queue_way_out(order, assessment, waits=waits, actor=actor, now=now)


def _refuse_in_the_middle(account: Account, symbol: str, exit_side: Side) -> None:
    """What waits to change the position would be cancelled with its exits."""
    others = Order.objects.open().filter(account=account, symbol=symbol)
    entries = others.exclude(side=exit_side.value)
    closes = others.filter(type=OrderType.MARKET.value)
    if (entries | closes).exists():
        raise StaleStateError(
            f"An entry or a close in {symbol} still works. Cancel it or wait for it; "
            "then protect what is held."
        )


def _order(account: Account, ticket: Ticket) -> Order:
    fields = {name: getattr(ticket.spec, name) for name in OrderSpec.__slots__}
    paired = ticket.spec.take_profit_price is not None
    role = OrderRole.TARGET if paired else OrderRole.STOP
    return Order(
        intent=ticket.intent_key,
        account=account,
        role=role.value,
        reduces_risk=True,
        **fields,
    )
