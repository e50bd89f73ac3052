"""Look-up, cancel, replace, and what is refused: each with its proof."""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import uuid4

import pytest

from brokers.domain.errors import (
    DuplicateClientOrderId,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    Refused,
)
from brokers.domain.orders import (
    OrderChange,
    OrderStatus,
    OrderType,
    client_order_id,
)
from brokers.sessions.reading import open_reader
from brokers.sessions.trading import open_trader


def ids(reports):
    return {report.broker_order_id for report in reports}


def test_an_order_is_found_by_our_id_and_by_the_brokers(desk):
    placed = desk.place(desk.spec())
    found = desk.reader.find_order(placed.client_order_id)
    assert found.broker_order_id == placed.broker_order_id
    again = desk.reader.get_order(placed.broker_order_id)
    assert again.client_order_id == placed.client_order_id
    assert placed.broker_order_id in ids(desk.reader.list_orders(open_only=True))


def test_what_was_never_placed_is_positively_not_found(desk):
    with pytest.raises(NotFound):
        desk.reader.find_order(client_order_id(uuid4()))
    with pytest.raises(NotFound):
        desk.reader.get_order(str(uuid4()))


def test_a_cancelled_order_ends_and_stays_in_the_whole_list(desk):
    placed = desk.place(desk.spec())
    desk.trader.cancel_order(placed.broker_order_id)
    ended = desk.settled(placed, OrderStatus.CANCELLED)
    assert ended.filled_quantity == 0
    assert ended.broker_order_id not in ids(desk.reader.list_orders(open_only=True))
    assert ended.broker_order_id in ids(desk.reader.list_orders(open_only=False))


def test_what_has_ended_or_never_was_cannot_be_cancelled(desk):
    filled = desk.bought()
    with pytest.raises(Refused):
        desk.trader.cancel_order(filled.broker_order_id)
    with pytest.raises(NotFound):
        desk.trader.cancel_order(str(uuid4()))


def test_a_replaced_order_links_its_versions(desk):
    placed = desk.place(desk.spec())
    desk.settled(placed, OrderStatus.WORKING)
    price = desk.price("0.75")
    change = OrderChange(limit_price=price, quantity=Decimal(7))
    newer = desk.trader.replace_order(
        placed.broker_order_id, client_order_id(uuid4()), change
    )
    assert newer.replaces == placed.broker_order_id
    working = desk.settled(newer, OrderStatus.WORKING)
    assert (working.limit_price, working.quantity) == (price, Decimal(7))
    older = desk.reader.get_order(placed.broker_order_id)
    assert older.replaced_by == newer.broker_order_id
    assert older.status is OrderStatus.CANCELLED


def test_what_has_ended_cannot_be_replaced(desk):
    filled = desk.bought()
    change = OrderChange(quantity=Decimal(5))
    with pytest.raises(Refused):
        desk.trader.replace_order(
            filled.broker_order_id, client_order_id(uuid4()), change
        )


def test_an_id_that_was_used_is_refused_and_makes_no_second_order(desk):
    intent = uuid4()
    placed = desk.place(desk.spec(), intent)
    with pytest.raises(DuplicateClientOrderId):
        desk.place(desk.spec(), intent)
    with_id = [
        report
        for report in desk.reader.list_orders(open_only=False)
        if report.client_order_id == placed.client_order_id
    ]
    assert ids(with_id) == {placed.broker_order_id}


def test_a_lost_answer_is_unknown_and_the_order_is_found_by_its_id(desk):
    intent = uuid4()
    spec = desk.spec()
    desk.venue.lose_next_answer()
    with pytest.raises(OutcomeUnknown):
        desk.place(spec, intent)
    found = desk.reader.find_order(client_order_id(intent))
    assert (found.symbol, found.quantity) == (spec.symbol, spec.quantity)


def test_an_unknown_symbol_and_too_large_an_order_are_refused_in_words(desk):
    for change in ({"symbol": "ZZZZZ"}, {"quantity": Decimal(10_000_000)}):
        with pytest.raises(Refused) as caught:
            desk.place(desk.spec(**change))
        assert caught.value.message


def test_wrong_credentials_are_named_as_such(desk):
    stored = json.loads(desk.venue.credentials)
    wrong = desk.connection(json.dumps(dict.fromkeys(stored, "wrong")))
    spec = desk.spec()
    with pytest.raises(NotAuthorised):
        open_reader(wrong).get_account()
    with pytest.raises(NotAuthorised):
        open_trader(wrong).place_order(client_order_id(uuid4()), spec)


def test_executions_add_up_to_what_the_order_says(desk):
    before = {fill.execution_id for fill in desk.reader.list_fills()}
    filled = desk.bought("25")
    fills = [
        fill
        for fill in desk.reader.list_fills()
        if fill.broker_order_id == filled.broker_order_id
    ]
    assert sum(fill.quantity for fill in fills) == filled.filled_quantity == 25
    assert not before & {fill.execution_id for fill in fills}
    spent = sum(fill.quantity * fill.price for fill in fills)
    assert abs(spent / 25 - filled.average_price) < Decimal("0.01")


def test_lists_begin_where_they_are_asked_to(desk):
    desk.bought()
    desk.venue.tick(5)
    since = desk.reader.get_clock().now
    desk.venue.tick(5)
    later = desk.bought()
    orders = desk.reader.list_orders(open_only=False, after=since)
    assert ids(orders) == {later.broker_order_id}
    fills = desk.reader.list_fills(after=since)
    assert {fill.broker_order_id for fill in fills} == {later.broker_order_id}


def test_a_price_that_the_market_reaches_fills_the_order(desk):
    placed = desk.place(desk.spec(OrderType.LIMIT))
    before = desk.price()
    desk.venue.set_price(placed.symbol, desk.price("0.75"))
    filled = desk.settled(placed, OrderStatus.FILLED)
    assert filled.average_price <= placed.limit_price
    desk.venue.set_price(placed.symbol, before)
