"""Paths, parameters and paging, through the real client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from brokers.adapters.alpaca import AlpacaReader, AlpacaTrader, paging
from brokers.adapters.alpaca.client import trading_client
from brokers.domain.orders import (
    OrderChange,
    OrderClass,
    OrderSpec,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import BarInterval, FillKind
from brokers.wire.fields import Unfamiliar, Unreadable
from tests.brokers.adapters.alpaca_samples import (
    CLIENT_ID,
    SPEC,
    context,
    fill_activity,
    order,
)
from tests.emulators.scripted import Reply, ScriptedServer


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def answering():
    servers = []

    def start(*bodies):
        server = ScriptedServer(*(Reply(body=body) for body in bodies))
        servers.append(server)
        return server.__enter__()

    yield start
    for server in servers:
        server.__exit__()


def reader(server):
    return AlpacaReader(context(server.url))


def test_each_request_is_signed_and_asks_version_2(answering):
    server = answering(order())
    reader(server).get_order("an/id")
    (request,) = server.received
    assert request.path == "/v2/orders/an%2Fid"
    assert request.headers["apca-api-key-id"] == "PKTEST"
    assert request.headers["apca-api-secret-key"] == "very-secret"


def test_a_placed_order_carries_our_id_and_every_figure_as_text(answering):
    server = answering(order())
    spec = OrderSpec(
        symbol="AAPL",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity=Decimal("10.50"),
        limit_price=Decimal("1.5E+2"),
        order_class=OrderClass.BRACKET,
        take_profit_price=Decimal("160.00"),
        stop_loss_price=Decimal("140.10"),
    )
    AlpacaTrader(context(server.url)).place_order(CLIENT_ID, spec)
    assert server.received[0].body == {
        "client_order_id": CLIENT_ID,
        "symbol": "AAPL",
        "side": "buy",
        "type": "limit",
        "time_in_force": "gtc",
        "qty": "10.5",
        "limit_price": "150",
        "order_class": "bracket",
        "take_profit": {"limit_price": "160"},
        "stop_loss": {"stop_price": "140.1"},
    }


def test_a_change_sends_only_what_changes(answering):
    server = answering(order())
    change = OrderChange(limit_price=Decimal("151.00"), time_in_force=TimeInForce.GTC)
    AlpacaTrader(context(server.url)).replace_order("an-id", CLIENT_ID, change)
    (request,) = server.received
    assert (request.method, request.path) == ("PATCH", "/v2/orders/an-id")
    assert request.body == {
        "client_order_id": CLIENT_ID,
        "limit_price": "151",
        "time_in_force": "gtc",
    }


def test_a_cancel_is_an_empty_answer():
    with ScriptedServer(Reply(204)) as server:
        assert AlpacaTrader(context(server.url)).cancel_order("an-id") is None
    assert server.received[0].method == "DELETE"


def test_an_order_found_by_our_id_is_read_again_for_its_legs(answering):
    leg = order(id="leg", type="stop", stop_price="140")
    server = answering(order(order_class="oto"), order(order_class="oto", legs=[leg]))
    found = reader(server).find_order(CLIENT_ID)
    assert [one.broker_order_id for one in found.legs] == ["leg"]
    assert server.received[1].query == {"nested": "true"}


def test_another_order_than_the_one_asked_for_is_no_answer(answering):
    with pytest.raises(Unreadable):
        reader(answering(order(client_order_id="OTHER"))).find_order(CLIENT_ID)


def listed(server, after=None):
    """Two orders a page."""
    rest = trading_client(context(server.url))
    notes = Unfamiliar()
    return paging.orders(rest, {}, after=after, notes=notes, per_page=2)


def at(second, **changes):
    moment = (NOON + timedelta(seconds=second)).isoformat()
    return order(id=f"order-{second}", submitted_at=moment) | changes


def test_orders_are_read_to_the_last_page_and_each_once(answering):
    server = answering([at(1), at(2)], [at(2), at(3)], [at(3), at(4)], [at(4)])
    found = listed(server, after=NOON)
    assert [report.broker_order_id[-1] for report in found] == ["1", "2", "3", "4"]
    asked = [request.query["after"][11:] for request in server.received[:2]]
    assert asked == ["12:00:00Z", "12:00:01.999999Z"]


def test_a_listing_asks_for_legs_and_the_oldest_first(answering):
    server = answering([])
    reader(server).list_orders(open_only=False)
    first = server.received[0].query
    assert (first["status"], first["nested"], first["direction"]) == (
        "all",
        "true",
        "asc",
    )


def test_a_listing_that_leads_nowhere_is_not_taken_for_whole(answering):
    with pytest.raises(Unreadable):
        listed(answering([at(1), at(2)]))
    rest = trading_client(context(answering([fill_activity(1, 1)]).url))
    with pytest.raises(Unreadable):
        paging.fills(rest, after=None, notes=Unfamiliar(), per_page=1)


def test_a_page_of_orders_that_we_cannot_read_does_not_end_the_list(answering):
    strange = [at(1, order_class="mleg"), at(2, order_class="mleg")]
    (found,) = listed(answering(strange, [at(3)]))
    assert found.broker_order_id == "order-3"


def test_a_page_rolled_up_into_parents_still_counts_as_full(answering):
    parent = at(1, order_class="oto", legs=[order(id="leg", type="stop")])
    server = answering([parent], [at(2)])
    assert len(listed(server)) == 2


def test_an_order_listed_beside_its_parent_stays_its_leg(answering):
    leg = at(2, type="stop", stop_price="140")
    parent = at(1, order_class="oto", legs=[leg])
    (found,) = reader(answering([parent, leg])).list_orders(open_only=False)
    assert found.legs[0].broker_order_id == leg["id"]


def test_an_order_of_a_kind_we_do_not_know_hides_no_other(answering):
    source = reader(answering([at(1, order_class="mleg", symbol=""), at(2)]))
    (found,) = source.list_orders(open_only=False)
    assert found.broker_order_id == "order-2"
    assert source.unfamiliar["row.unreadable"] == 1


def test_fills_within_one_millisecond_do_not_fall_between_pages(answering):
    rows = [fill_activity(9, 1), fill_activity(7, 2), fill_activity(5, 2)]
    rest = [fill_activity(7, 2), fill_activity(3, 2)]
    server = answering(rows, rest)
    rest = trading_client(context(server.url))
    found = paging.fills(rest, after=NOON, notes=Unfamiliar(), per_page=3)
    assert {fill.execution_id[-1] for fill in found} == {"9", "7", "5", "3"}
    assert len(found) == 4
    assert server.received[1].query["page_token"] == rows[0]["id"]
    assert server.received[0].path == "/v2/account/activities/FILL"


def test_an_execution_that_was_taken_back_is_told_with_its_bust(answering):
    rows = [fill_activity(1, 1, status="canceled"), fill_activity(2, 1)]
    told = reader(answering(rows)).list_fills()
    first = fill_activity(1, 1)["id"].rpartition(":")[2]
    assert [(one.kind, one.execution_id) for one in told[:2]] == [
        (FillKind.NEW, first),
        (FillKind.BUST, first),
    ]
    assert told[1].refers_to == first
    assert told[2].kind is FillKind.NEW


def test_a_correction_names_the_execution_whose_place_it_takes(answering):
    first = fill_activity(1, 1, status="canceled")
    before = first["id"].rpartition(":")[2]
    second = fill_activity(2, 1, status="correct", previous_id=before.upper())
    told = reader(answering([first, second])).list_fills()
    assert [(one.kind, one.refers_to) for one in told] == [
        (FillKind.NEW, ""),
        (FillKind.BUST, before),
        (FillKind.CORRECTION, before),
    ]


def test_bars_are_read_page_by_page_from_the_streams_feed(answering):
    def bar(minute):
        return {
            "t": f"2026-11-20T15:0{minute}:00Z",
            "o": 1,
            "h": 2.5,
            "l": 1,
            "c": 2,
            "v": 3,
        }

    server = answering(
        {"bars": {"AAPL": [bar(1)]}, "next_page_token": "more"},
        {"bars": {"AAPL": [bar(2)]}, "next_page_token": None},
    )
    bars = reader(server).get_bars("AAPL", BarInterval.MINUTE_1, NOON, NOON)
    assert [bar.start.minute for bar in bars] == [1, 2]
    assert bars[0].high == Decimal("2.5")
    assert server.received[1].query["page_token"] == "more"
    assert server.received[0].query["feed"] == "iex"


def test_no_bars_are_no_bars(answering):
    for body in ({"bars": {}}, {"bars": None}, {"bars": {"AAPL": None}}):
        server = answering(body)
        assert not reader(server).get_bars("AAPL", BarInterval.DAY_1, NOON, NOON)


def test_positions_that_cannot_all_be_read_are_not_read_as_fewer(answering):
    with pytest.raises(Unreadable):
        reader(answering([{"symbol": "AAPL"}])).get_positions()


def test_quotes_are_asked_for_in_batches_and_the_unquoted_left_out(answering):
    server = answering(
        {"S0": {"latestTrade": {"p": 1.25, "t": "2026-11-20T15:00:00Z"}}}, {}
    )
    quotes = reader(server).get_quotes([f"S{number}" for number in range(150)])
    assert [(quote.symbol, quote.last, quote.bid) for quote in quotes] == [
        ("S0", Decimal("1.25"), None)
    ]
    assert len(server.received) == 2


def test_one_connection_serves_many_requests(answering):
    server = answering([])
    source = reader(server)
    for _ in range(3):
        source.get_positions()
    assert server.connections == 1


def test_placing_twice_sends_twice_with_the_same_id(answering):
    server = answering(order())
    trader = AlpacaTrader(context(server.url))
    trader.place_order(CLIENT_ID, SPEC)
    trader.place_order(CLIENT_ID, SPEC)
    assert {request.body["client_order_id"] for request in server.received} == {
        CLIENT_ID
    }
