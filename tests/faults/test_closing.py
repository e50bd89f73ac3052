"""Ways out that meet exits which nobody knows of yet, or entries against them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from brokers.domain.orders import CommandKind, CommandStatus, OrderStatus, OrderType
from brokers.models import Command, Order, Position
from brokers.orders import submission
from brokers.orders.closing import close_position
from brokers.orders.ingest import News, ingest
from brokers.sessions.reading import open_reader
from brokers.tasks import SENDERS
from tests import people
from tests.faults.steps import fresh, later, send, submission_of
from tests.world import World


def close(desk: World, symbol: str = "ACME", percent: int = 100) -> Command:
    order = close_position(
        desk.account.pk,
        symbol,
        percent=Decimal(percent),
        user=desk.user,
        actor=people.actor(desk.user),
        now=desk.clock.now(),
    )
    return submission_of(order)


def work_on(desk: World, rounds: int = 6) -> None:
    """What the sweeper and the poll do in a few seconds."""
    for _ in range(rounds):
        for command in Command.objects.filter(status=CommandStatus.QUEUED.value):
            SENDERS[CommandKind(command.kind)](command.pk, desk.clock)
        desk.sync()
        later(desk)


def filled_without_its_stop(desk: World) -> Order:
    """The stream told of the fill; the attached stop comes with the next poll."""
    command = submission._claim(desk.queued().pk, desk.clock.now())
    assert command is not None
    trader = submission.open_trader(command.account.connection)
    trader.place_order(command.client_order_id, command.order.spec())
    reader = open_reader(command.account.connection)
    report = replace(reader.find_order(command.client_order_id), legs=())
    news = News(told_by="stream", orders=[report], fills=reader.list_fills())
    ingest(desk.account.pk, news, desk.clock.now())
    order = fresh(command.order)
    assert order.state is OrderStatus.FILLED
    assert not order.legs.exists()
    return order


def sold_elsewhere(desk: World, units: int) -> None:
    """At the market, at the exchange itself, past the desk."""
    row = {"symbol": "ACME", "qty": str(units), "side": "sell", "type": "market"}
    desk.exchange.request("POST", "/v2/orders", row | {"time_in_force": "day"})


def is_flat(desk: World) -> bool:
    held = Position.objects.get(symbol="ACME").quantity
    there = desk.exchange.request("GET", "/v2/positions")
    return held == 0 and there == []


def test_a_close_waits_for_exits_that_nobody_has_told_yet_and_lifts_them(desk: World):
    entry = filled_without_its_stop(desk)
    command = send(desk, close(desk))
    assert command.state is CommandStatus.QUEUED
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert entry.legs.get().state is OrderStatus.CANCELLED
    assert is_flat(desk)


def test_a_close_does_not_wait_for_ever_for_exits_that_never_come(desk: World):
    filled_without_its_stop(desk)
    command = close(desk)
    later(desk, 11)
    command = send(desk, command)
    assert command.state is CommandStatus.REFUSED
    assert "insufficient qty" in command.outcome


def test_a_close_of_what_was_sold_meanwhile_does_not_turn_the_position_around(
    desk: World,
):
    entry = desk.sent()
    desk.sync()
    command = close(desk)
    stop = entry.legs.get()
    desk.exchange.request("DELETE", f"/v2/orders/{stop.broker_order_id}")
    sold_elsewhere(desk, 10)
    desk.sync()
    work_on(desk)
    order = fresh(command.order)
    assert order.state is OrderStatus.DENIED
    assert "0 ACME are left to close" in order.status_reason
    assert is_flat(desk)


def test_a_close_takes_back_an_entry_that_it_would_trade_against(desk: World):
    desk.sent()
    desk.sync()
    price = (desk.ask() * Decimal("0.97")).quantize(Decimal("0.01"))
    entry = desk.sent(type=OrderType.LIMIT, limit_price=price, quantity=Decimal(3))
    assert entry.state.is_open
    command = close(desk)
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert fresh(entry).state is OrderStatus.CANCELLED
    assert is_flat(desk)


def test_a_close_leaves_a_later_entry_and_its_stop_alone(desk: World):
    desk.sent()
    desk.sync()
    command = close(desk)
    later(desk, 1)
    desk.quote()
    newer = desk.sent(quantity=Decimal(3))
    work_on(desk)
    assert fresh(command.order).state is OrderStatus.FILLED
    assert fresh(newer).state is OrderStatus.FILLED
    assert newer.legs.get().state.is_open
    assert Position.objects.get(symbol="ACME").quantity == 3
