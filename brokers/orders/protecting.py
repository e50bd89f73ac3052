"""Exits for what is held: a stop, a stop with a target, or a stop that trails.

An exit that can only reduce the position needs no code. Moving a working stop away from
the market lets more be lost than before, so that is left to the amend path.

Units that an exit holds are free for no other one, at Alpaca for one
(https://github.com/alpacahq/alpaca-trade-api-python/issues/129). So where a stop works
and a target is wanted too, the stop is cancelled first and the pair follows as one OCO
order; in between, usually less than a second, nothing protects the position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from brokers.domain.orders import (
    OrderChange,
    OrderClass,
    OrderSpec,
    OrderType,
    TimeInForce,
)
from brokers.models import Account, Command, Order, Position
from brokers.orders.amend import Amendment, request_amend
from brokers.orders.confirming import Confirmation, confirm_order
from brokers.orders.drafting import Ticket, draft_order, judge
from brokers.orders.facts import side_that_reduces
from brokers.registry import broker_named
from risk.facts import Assessment, DenialCode, Intent
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


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
    closing = closing.filter(follows=None)  # an entry that waits is no exit
    exits = list(closing.select_related("account__connection").order_by("pk"))
    return Protection(
        position=position,
        stops=[order for order in exits if _is_stop(order)],
        targets=[order for order in exits if not _is_stop(order)],
    )


def left_bare(stop: Order) -> Decimal:
    """Units that nothing would protect without this stop; 0 for any other order."""
    position = Position.objects.filter(
        account=stop.account_id, symbol=stop.symbol
    ).first()
    if position is None or not position.confirmed_quantity or not _is_stop(stop):
        return Decimal(0)
    protection = protection_of(position)
    if stop.pk not in {one.pk for one in protection.stops}:
        return Decimal(0)
    others = (one.remaining or Decimal(0) for one in protection.stops if one != stop)
    return max(protection.held - sum(others, Decimal(0)), Decimal(0))


def _is_stop(order: Order) -> bool:
    return OrderType(order.type) in STOPS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExit:
    """What a trader asks for; `intent_key` was born with the form.

    `price` is that of a stop, with a `target` beside it or none; or the stop trails by
    `trail_price` (money per unit) or `trail_percent` (1.5 means 1.5 %).
    """

    intent_key: UUID
    price: Decimal | None = None
    target: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    acknowledged: Sequence[str] = ()

    @property
    def is_plain(self) -> bool:
        return self.price is not None and self.target is None


def replaces(protection: Protection, new: NewExit) -> bool:
    """Whether what works now has to be cancelled for it, rather than moved or added to."""
    if protection.movable is not None:
        return not new.is_plain
    return bool(protection.targets) and not new.is_plain


def exit_ticket(protection: Protection, new: NewExit) -> Ticket:
    """For the bare units, or for all where it replaces what works; good till cancelled
    where the broker lets it.
    """
    position = protection.position
    units = protection.held if replaces(protection, new) else protection.bare
    paired = new.target is not None
    kind = OrderType.STOP if new.price is not None else OrderType.TRAILING_STOP
    return Ticket(
        intent_key=new.intent_key,
        intent=Intent.CLOSE,
        spec=OrderSpec(
            symbol=position.symbol,
            side=side_that_reduces(position.confirmed_quantity),
            # Alpaca takes an OCO as a limit order, which is its target.
            type=OrderType.LIMIT if paired else kind,
            order_class=OrderClass.OCO if paired else OrderClass.SIMPLE,
            time_in_force=longest_time(position.account, units),
            quantity=units,
            stop_price=None if paired else new.price,
            stop_loss_price=new.price if paired else None,
            limit_price=new.target,
            take_profit_price=new.target,
            trail_price=new.trail_price,
            trail_percent=new.trail_percent,
        ),
        acknowledged=new.acknowledged,
    )


def longest_time(account: Account, units: Decimal) -> TimeInForce:
    """Good till cancelled, where the broker lets a fraction of a share be so."""
    table = broker_named(account.connection.slug).capabilities
    lasting = units % 1 == 0 or TimeInForce.GTC in table.fractional_times_in_force
    return TimeInForce.GTC if lasting else TimeInForce.DAY


def judge_exit(
    protection: Protection, new: NewExit, *, user: User, now: datetime
) -> Assessment:
    """The verdicts on a new exit, without writing anything."""
    account = protection.position.account
    assessment = judge(account, exit_ticket(protection, new), user=user, now=now)
    if not replaces(protection, new):
        return assessment
    # What works holds the units now, and is cancelled for this very exit.
    kept = [
        verdict
        for verdict in assessment.verdicts
        if verdict.code is not DenialCode.POSITION_RESERVED
    ]
    return replace(assessment, verdicts=tuple(kept))


def place_exit(
    protection: Protection, new: NewExit, *, user: User, actor: Actor, clock: Clock
) -> Command:
    """Queue an exit for the bare units. The same form sent twice is one order.

    Raises:
        StaleStateError: nothing is bare any more, or the form was sent before.
        NotAllowedError: a check blocks it.
    """
    if not protection.bare:
        raise StaleStateError("Every unit of this position has a working stop now.")
    drafted = draft_order(
        protection.position.account_id,
        exit_ticket(protection, new),
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
