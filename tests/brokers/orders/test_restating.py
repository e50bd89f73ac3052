"""Busts and corrections, from the exchange's word to the book, the page and the log."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from brokers.domain.orders import OrderClass, OrderStatus, Side
from brokers.domain.reports import FillKind
from brokers.models import Fill, Order, Position
from brokers.orders.ingest import News, ingest
from brokers.sessions.reading import open_reader
from tests.world import World
from tradedesk.audit.models import AuditEntry
from tradedesk.notifications.models import Notice


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bought(desk: World) -> Order:
    """Ten, in the book by a poll."""
    order = desk.sent(order_class=OrderClass.SIMPLE)
    _sync_until(desk, lambda: Fill.objects.filter(order=order).exists())
    order.refresh_from_db()
    assert order.state is OrderStatus.FILLED
    return order


def _sync_until(desk: World, done) -> None:
    for _ in range(200):
        assert desk.sync()
        if done():
            return
    raise AssertionError("The exchange never told what was waited for.")


def held(desk: World) -> Decimal:
    position = Position.objects.filter(account=desk.account, symbol="ACME").first()
    return Decimal(0) if position is None else position.quantity


def at_exchange(desk: World) -> Decimal:
    reader = open_reader(desk.account.connection)
    found = {one.symbol: one.quantity for one in reader.get_positions()}
    return found.get("ACME", Decimal(0))


def titles() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_a_bust_takes_the_fill_out_of_order_position_and_log(
    desk: World, bought: Order
):
    fill = bought.fills.get()
    before = held(desk)
    desk.exchange.request("POST", "/control/bust", {"execution_id": fill.execution_id})
    desk.sync()
    fill.refresh_from_db()
    bought.refresh_from_db()
    assert fill.busted_at is not None
    assert bought.filled_quantity == 0
    assert held(desk) == before - fill.quantity == at_exchange(desk)
    assert AuditEntry.objects.filter(action="fill.busted").count() == 1
    assert titles() == ["Buy 10 ACME: a fill was taken back"]
    entries = AuditEntry.objects.count()
    desk.sync()
    assert AuditEntry.objects.count() == entries


def test_a_correction_stands_in_the_place_of_what_it_corrects(
    desk: World, bought: Order
):
    fill = bought.fills.get()
    price = fill.price - 1
    body = {"execution_id": fill.execution_id, "price": str(price), "quantity": "8"}
    desk.exchange.request("POST", "/control/correct", body)
    desk.sync()
    bought.refresh_from_db()
    new = bought.fills.get(busted_at=None)
    assert (new.corrects, new.quantity, new.price) == (fill, 8, price)
    assert new.executed_at == fill.executed_at
    assert (bought.filled_quantity, bought.average_price) == (8, price)
    assert held(desk) == at_exchange(desk)
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("fill.corrected") == 1
    assert "fill.busted" not in actions
    assert titles() == ["Buy 10 ACME: a fill was corrected"]


def test_a_correction_of_a_correction_leaves_the_last_one_standing(
    desk: World, bought: Order
):
    first = bought.fills.get()
    for price in (first.price - 1, first.price - 2):
        last = bought.fills.order_by("pk").last()
        body = {"execution_id": last.execution_id, "price": str(price)}
        desk.exchange.request("POST", "/control/correct", body)
        desk.sync()
    bought.refresh_from_db()
    assert bought.average_price == first.price - 2
    assert bought.fills.filter(busted_at=None).count() == 1
    assert held(desk) == at_exchange(desk)


def test_the_list_of_fills_alone_tells_the_whole_story(desk: World, bought: Order):
    """Corrected and then busted before anybody looked."""
    fill = bought.fills.get()
    body = {"execution_id": fill.execution_id, "price": str(fill.price - 1)}
    told = desk.exchange.request("POST", "/control/correct", body)
    again = {"execution_id": told["execution_id"]}
    desk.exchange.request("POST", "/control/bust", again)
    kinds = [
        one.kind
        for one in open_reader(desk.account.connection).list_fills()
        if one.broker_order_id == bought.broker_order_id
    ]
    assert sorted(kinds) == sorted(
        [FillKind.NEW, FillKind.BUST, FillKind.CORRECTION, FillKind.BUST]
    )
    desk.sync()
    bought.refresh_from_db()
    assert bought.filled_quantity == 0
    assert bought.fills.filter(busted_at=None).count() == 0
    assert held(desk) == at_exchange(desk)


def test_a_bust_after_the_position_was_sold_leaves_the_books_short_as_the_broker(
    desk: World, bought: Order
):
    sold = desk.sent(
        side=Side.SELL,
        order_class=OrderClass.SIMPLE,
        quantity=Decimal(10),
    )
    _sync_until(desk, lambda: Fill.objects.filter(order=sold).exists())
    fill = bought.fills.get()
    desk.exchange.request("POST", "/control/bust", {"execution_id": fill.execution_id})
    desk.sync()
    assert held(desk) == at_exchange(desk)


def test_news_of_another_accounts_execution_changes_nothing(desk: World, bought: Order):
    """A bust names an order of ours or waits for a poll; it is never guessed."""
    fill = bought.fills.get()
    reader = open_reader(desk.account.connection)
    (told,) = [
        one for one in reader.list_fills() if one.execution_id == fill.execution_id
    ]
    stray = replace(
        told, kind=FillKind.BUST, broker_order_id="elsewhere", refers_to="unheard"
    )
    result = ingest(
        desk.account.pk, News(told_by="stream", fills=[stray]), desk.clock.now()
    )
    assert result.unknown == {"elsewhere"}
    assert held(desk) == at_exchange(desk)
