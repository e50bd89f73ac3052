"""Stops for what is held: a new one where units are bare, the working one moved.

A stop that can only reduce the position needs no code. Moving a working stop away from
the market lets more be lost than before, so that is left to the amend path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from brokers.domain.orders import (
    OrderChange,
    OrderSpec,
    OrderType,
    TimeInForce,
)
from brokers.models import Command, Order, Position
from brokers.orders.amend import Amendment, request_amend
from brokers.orders.drafting import Ticket, draft_order, judge
from brokers.orders.facts import side_that_reduces
from brokers.orders.submission import Confirmation, confirm_order
from brokers.registry import BROKERS
from risk.facts import Assessment, Intent
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What guards a position now: working stops, other working exits, bare units."""

    position: Position
    stops: Sequence[Order]
    targets: Sequence[Order]

    @property
    def held(self) -> Decimal:
        return abs(self.position.confirmed_quantity)

    @property
    def bare(self) -> Decimal:
        covered = sum((stop.remaining or Decimal(0) for stop in self.stops), Decimal(0))
        return max(self.held - covered, Decimal(0))

    @property
    def movable(self) -> Order | None:
        """The one stop that a new price would move; None where it adds one."""
        return self.stops[0] if len(self.stops) == 1 and not self.bare else None


def protection_of(position: Position) -> Protection:
    side = side_that_reduces(position.confirmed_quantity)
    closing = Order.objects.open().filter(
        account=position.account_id, symbol=position.symbol, side=side.value
    )
    exits = list(closing.select_related("account__connection").order_by("pk"))
    return Protection(
        position=position,
        stops=[order for order in exits if _is_stop(order)],
        targets=[order for order in exits if not _is_stop(order)],
    )


def _is_stop(order: Order) -> bool:
    kinds = {OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP}
    return OrderType(order.type) in kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStop:
    """What a trader asks for; `intent_key` was born with the form."""

    intent_key: UUID
    price: Decimal
    acknowledged: Sequence[str] = ()


def stop_ticket(protection: Protection, new: NewStop) -> Ticket:
    """A stop for the bare units: good till cancelled where the broker lets it."""
    position = protection.position
    table = BROKERS[position.account.connection.slug].capabilities
    whole = protection.bare % 1 == 0
    lasting = whole or TimeInForce.GTC in table.fractional_times_in_force
    return Ticket(
        intent_key=new.intent_key,
        intent=Intent.CLOSE,
        spec=OrderSpec(
            symbol=position.symbol,
            side=side_that_reduces(position.confirmed_quantity),
            type=OrderType.STOP,
            time_in_force=TimeInForce.GTC if lasting else TimeInForce.DAY,
            quantity=protection.bare,
            stop_price=new.price,
        ),
        acknowledged=new.acknowledged,
    )


def judge_stop(
    protection: Protection, new: NewStop, *, user: User, now: datetime
) -> Assessment:
    """The verdicts on a new stop, without writing anything."""
    account = protection.position.account
    return judge(account, stop_ticket(protection, new), user=user, now=now)


def place_stop(
    protection: Protection, new: NewStop, *, user: User, actor: Actor, clock: Clock
) -> Command:
    """Queue a stop for the bare units. The same form sent twice is one order.

    Raises:
        StaleStateError: nothing is bare any more, or the form was sent before.
        NotAllowedError: a check blocks it.
    """
    if not protection.bare:
        raise StaleStateError("Every unit of this position has a working stop now.")
    drafted = draft_order(
        protection.position.account_id,
        stop_ticket(protection, new),
        user=user,
        actor=actor,
        now=clock.now(),
    )
    return confirm_order(
        Confirmation(
            order_id=drafted.order.pk,
            user=user,
            digest=drafted.digest,
            grant_id=None,
            actor=actor,
        ),
        clock,
    )


def move_stop(
    stop: Order, price: Decimal, *, user: User, actor: Actor, clock: Clock
) -> Command:
    """Queue a tighter price for a working stop.

    Raises:
        NotAllowedError: the new price is further from the market, or a check blocks it.
        StaleStateError: the stop no longer works, or a change of it is on its way.
    """
    change = OrderChange(stop_price=price)
    return request_amend(
        Amendment(
            order_id=stop.pk, change=change, user=user, grant_id=None, actor=actor
        ),
        clock,
    )
