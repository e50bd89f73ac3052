"""What a ticket can ask for, at the exchange: from its fields to the order there."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from brokers.domain.orders import OrderStatus, OrderType, Side
from brokers.models import Order, Position
from risk.facts import DenialCode
from tests.world import World
from tradedesk.desk.ticket.forms import TicketForm
from tradedesk.desk.ticket.panel import check_ready, read_panel


def sent(desk: World, **fields: str) -> Order:
    """Typed on the ticket, drafted, confirmed and sent."""
    desk.quote()
    typed = {
        "intent_key": str(uuid.uuid4()),
        "version": "0",
        "symbol": "ACME",
        "side": "buy",
        "type": "market",
        "time_in_force": "day",
        "size_model": "units",
        "size_amount": "10",
        "no_stop_reason": "A test of the exchange",
        "acknowledged": [code.value for code in DenialCode],
    }
    form = TicketForm(typed | fields)
    panel = read_panel(desk.account, form, user=desk.user, now=desk.clock.now())
    assert check_ready(panel), form.errors
    assert panel.preview is not None
    order = desk.sent(ticket=panel.preview.ticket)
    desk.sync()
    order.refresh_from_db()
    return order


def price(desk: World, factor: str) -> str:
    return str((desk.ask() * Decimal(factor)).quantize(Decimal("0.01")))


def test_money_becomes_a_fraction_of_units(desk: World):
    order = sent(desk, size_model="amount", size_amount="500.00")
    position = Position.objects.get(account=desk.account, symbol="ACME")
    assert order.state is OrderStatus.FILLED
    assert order.notional == 500
    assert order.filled_quantity == position.quantity
    assert position.quantity % 1 != 0
    spent = position.quantity * position.average_price
    assert abs(spent - 500) < Decimal("0.01")


def test_a_trail_by_an_amount_follows_at_that_amount(desk: World):
    sent(desk)
    trail = sent(desk, side="sell", type="trailing_stop", trail_price="1.50")
    assert trail.state is OrderStatus.WORKING
    assert (trail.trail_price, trail.trail_percent) == (Decimal("1.50"), None)
    assert trail.reduces_risk


def test_a_stop_with_a_limit_is_a_stop_limit_at_the_exchange(desk: World):
    stop, limit = price(desk, "0.95"), price(desk, "0.94")
    order = sent(
        desk,
        time_in_force="gtc",
        stop_loss_price=stop,
        stop_loss_limit_price=limit,
        take_profit_price=price(desk, "1.10"),
    )
    leg = order.legs.get(role="stop")
    assert order.state is OrderStatus.FILLED
    assert leg.type == OrderType.STOP_LIMIT.value
    assert (leg.stop_price, leg.limit_price) == (Decimal(stop), Decimal(limit))
    assert leg.side == Side.SELL.value


@pytest.mark.parametrize("force", ["ioc", "fok", "day"])
def test_a_crossing_limit_fills_in_every_time_in_force(desk: World, force: str):
    order = sent(
        desk, type="limit", time_in_force=force, limit_price=price(desk, "1.005")
    )
    assert order.state is OrderStatus.FILLED
    assert order.time_in_force == force


def test_a_stop_limit_waits_with_both_of_its_prices(desk: World):
    trigger, limit = price(desk, "1.03"), price(desk, "1.035")
    order = sent(
        desk,
        type="stop_limit",
        time_in_force="gtc",
        stop_price=trigger,
        limit_price=limit,
        stop_loss_price=price(desk, "0.95"),
    )
    assert order.state is OrderStatus.WORKING
    assert (order.stop_price, order.limit_price) == (Decimal(trigger), Decimal(limit))
