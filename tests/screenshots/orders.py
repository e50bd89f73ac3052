"""Orders as the ticket's page makes them, sent by the desk's own worker."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from brokers.domain.orders import OrderClass, Side, TimeInForce
from brokers.models import Account, Order
from brokers.orders.drafting import Ticket
from tests.emulators.practice import PracticeExchange
from tests.runtime.desk import until
from tests.world import World
from tradedesk.accounts.models import User


CENT = Decimal("0.01")


def practice_account(owner: User) -> Account:
    """There are others as well, of statements, that nobody can trade in."""
    return Account.objects.get(owner=owner, connection__slug="practice")


def world_of(exchange: PracticeExchange, owner: User) -> World:
    return World(exchange=exchange, user=owner, account=practice_account(owner))


def levels(world: World, symbol: str, *, side: Side = Side.BUY) -> dict[str, Any]:
    """A stop four per cent away and a target twice as far."""
    price = world.ask(symbol)
    stop = price * (1 - side.sign * Decimal("0.04"))
    target = price * (1 + side.sign * Decimal("0.08"))
    return {
        "symbol": symbol,
        "side": side,
        "order_class": OrderClass.BRACKET,
        "time_in_force": TimeInForce.GTC,
        "stop_loss_price": stop.quantize(CENT),
        "take_profit_price": target.quantize(CENT),
    }


def ticket(world: World, *, why: str = "", **terms: Any) -> Ticket:
    """As the page makes it: with what is lost at the stop, warnings answered if any."""
    made = world.ticket(**terms)
    spec, price = made.spec, world.ask(made.spec.symbol)
    entry = spec.limit_price or spec.stop_price or price
    stop, quantity = spec.stop_loss_price, spec.quantity or Decimal(0)
    return replace(
        made,
        acknowledged=("STOP_REQUIRED",) if stop is None else (),
        no_stop_reason=why,
        reference_price=entry,
        risk_money=None if stop is None else abs(entry - stop) * quantity,
    )


def sent(world: World, **terms: Any) -> Order:
    """Confirmed; the worker sends it."""
    command = world.confirm(world.draft(ticket(world, **terms)).order)
    order = Order.objects.get(pk=command.order_id)
    until(lambda: status(order) not in {"draft", "submitted"}, 20)
    order.refresh_from_db()
    return order


def status(order: Order) -> str:
    return Order.objects.values_list("status", flat=True).get(pk=order.pk)


def filled(world: World, **terms: Any) -> Order:
    order = sent(world, **terms)
    until(lambda: status(order) == "filled", 20)
    return order
