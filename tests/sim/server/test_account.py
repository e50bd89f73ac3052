"""Account, positions, activities, history and lists of orders, by Alpaca's client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alpaca.common.enums import Sort
from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, QueryOrderStatus, TimeInForce
from alpaca.trading.models import Order
from alpaca.trading.requests import (
    ClosePositionRequest,
    GetOrderByIdRequest,
    GetOrdersRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    TakeProfitRequest,
)

from tests.emulators.practice import PracticeExchange
from tests.sim.server.conftest import NOON


@pytest.fixture(autouse=True)
def _flat(exchange: PracticeExchange, trading: TradingClient) -> Iterator[None]:
    """Each test begins without orders or positions."""
    yield
    trading.close_all_positions(cancel_orders=True)
    exchange.advance(2)
    assert trading.get_all_positions() == []


def _market(symbol: str, quantity: float, side: OrderSide = OrderSide.BUY) -> Any:
    return MarketOrderRequest(
        symbol=symbol, qty=quantity, side=side, time_in_force=TimeInForce.DAY
    )


def _limit(symbol: str, price: float, **members: Any) -> LimitOrderRequest:
    defaults = {"qty": 1, "side": OrderSide.BUY, "time_in_force": TimeInForce.GTC}
    return LimitOrderRequest(symbol=symbol, limit_price=price, **(defaults | members))


def _filled(exchange: PracticeExchange, trading: TradingClient, request: Any) -> Order:
    order = trading.submit_order(request)
    exchange.advance(1)
    return trading.get_order_by_id(order.id)


def test_an_account_starts_with_its_cash(trading: TradingClient) -> None:
    account = trading.get_account()
    assert (account.status, account.currency) == ("ACTIVE", "USD")
    assert Decimal(account.equity) > 0
    assert Decimal(account.buying_power) > Decimal(account.cash)


def test_a_fill_moves_cash_position_and_buying_power(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    before = trading.get_account()
    order = _filled(exchange, trading, _market("ACME", 10))
    after, position = trading.get_account(), trading.get_open_position("ACME")
    paid = 10 * Decimal(order.filled_avg_price)
    assert Decimal(before.cash) - Decimal(after.cash) == paid
    assert Decimal(position.cost_basis) == paid
    assert (position.qty, position.side, position.qty_available) == ("10", "long", "10")
    assert Decimal(after.long_market_value) == Decimal(position.market_value)
    assert Decimal(after.buying_power) < Decimal(before.buying_power)


def test_a_short_position_is_negative(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    _filled(exchange, trading, _market("CRUX", 5, OrderSide.SELL))
    position = trading.get_open_position("CRUX")
    assert (position.qty, position.side) == ("-5", "short")
    assert Decimal(trading.get_account().short_market_value) < 0


def test_fractions_and_money_can_be_ordered(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    assert _filled(exchange, trading, _market("ACME", 0.5)).filled_qty == "0.5"
    by_money = MarketOrderRequest(
        symbol="ACME", notional=100, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    order = _filled(exchange, trading, by_money)
    assert (order.qty, order.notional, order.status) == (None, "100", "filled")
    spent = Decimal(order.filled_qty) * Decimal(order.filled_avg_price)
    assert abs(spent - 100) < Decimal("0.01")


@pytest.mark.parametrize(
    ("how", "left"),
    [({"qty": "4"}, "6"), ({"percentage": "50"}, "5"), (None, None)],
)
def test_a_position_is_closed_in_part_or_whole(
    exchange: PracticeExchange,
    trading: TradingClient,
    *,
    how: dict[str, str] | None,
    left: str | None,
) -> None:
    _filled(exchange, trading, _market("ACME", 10))
    options = ClosePositionRequest(**how) if how else None
    assert trading.close_position("ACME", options).side is OrderSide.SELL
    exchange.advance(1)
    assert [p.qty for p in trading.get_all_positions()] == ([left] if left else [])


def test_closing_what_is_not_there_is_not_found(trading: TradingClient) -> None:
    for call in (trading.close_position, trading.get_open_position):
        with pytest.raises(APIError) as refused:
            call("NOVA")
        assert (refused.value.status_code, refused.value.code) == (404, 40410000)


def test_all_positions_are_closed_with_their_orders(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    for symbol in ("ACME", "CRUX"):
        _filled(exchange, trading, _market(symbol, 2))
    waiting = trading.submit_order(_limit("BRIO", 1.5))
    closed = trading.close_all_positions(cancel_orders=True)
    assert {(each.symbol, each.status) for each in closed} == {
        ("ACME", 200),
        ("CRUX", 200),
    }
    assert trading.get_order_by_id(waiting.id).status == "canceled"


def test_cancel_all_answers_for_each_order(trading: TradingClient) -> None:
    ids = {trading.submit_order(_limit("ACME", 1 + n)).id for n in range(3)}
    answers = trading.cancel_orders()
    assert {each.id for each in answers} == ids
    assert {each.status for each in answers} == {200}
    assert trading.get_orders() == []


def test_a_replacement_is_a_new_order_linked_to_the_old(trading: TradingClient) -> None:
    old = trading.submit_order(_limit("ACME", 2, client_order_id="old one"))
    change = ReplaceOrderRequest(qty=3, limit_price=2.5, client_order_id="new one")
    new = trading.replace_order_by_id(old.id, change)
    assert (new.replaces, new.qty, new.limit_price) == (old.id, "3", "2.5")
    then = trading.get_order_by_id(old.id)
    assert (then.status, then.replaced_by) == ("replaced", new.id)
    assert trading.get_order_by_client_id("new one").id == new.id


def test_what_cannot_be_replaced_or_canceled_says_why(trading: TradingClient) -> None:
    order = trading.submit_order(_limit("ACME", 2))
    with pytest.raises(APIError, match="order parameters are not changed"):
        trading.replace_order_by_id(order.id, ReplaceOrderRequest(limit_price=2))
    trading.cancel_order_by_id(order.id)
    with pytest.raises(
        APIError, match='already in \\\\"canceled\\\\" state'
    ) as refused:
        trading.cancel_order_by_id(order.id)
    assert (refused.value.status_code, refused.value.code) == (422, 42210000)


def test_a_client_order_id_is_used_once(trading: TradingClient) -> None:
    trading.submit_order(_limit("ACME", 2, client_order_id="only once"))
    with pytest.raises(APIError, match="client_order_id must be unique") as refused:
        trading.submit_order(_limit("CRUX", 2, client_order_id="only once"))
    assert (refused.value.status_code, refused.value.code) == (422, 40010001)


@pytest.fixture
def orders(exchange: PracticeExchange, trading: TradingClient) -> list[Order]:
    """Four orders, seconds apart: two open buys, a canceled one and a filled one."""
    made = []
    for request in (
        _limit("ACME", 2),
        _limit("CRUX", 2),
        _limit("BRIO", 2),
        _market("KITE", 1),
    ):
        exchange.advance(1)
        made.append(trading.submit_order(request))
    trading.cancel_order_by_id(made[2].id)
    exchange.advance(1)
    return made


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [1, 0]),
        ({"status": QueryOrderStatus.CLOSED}, [3, 2]),
        ({"status": QueryOrderStatus.ALL}, [3, 2, 1, 0]),
        ({"status": QueryOrderStatus.ALL, "direction": Sort.ASC}, [0, 1, 2, 3]),
        ({"status": QueryOrderStatus.ALL, "limit": 2}, [3, 2]),
        ({"symbols": ["CRUX", "KITE"]}, [1]),
        ({"side": OrderSide.SELL}, []),
    ],
)
def test_orders_are_listed_by_each_filter(
    trading: TradingClient,
    orders: list[Order],
    *,
    wanted: dict[str, Any],
    places: list[int],
) -> None:
    since = orders[0].submitted_at - timedelta(milliseconds=500)
    found = trading.get_orders(GetOrdersRequest(after=since, **wanted))
    assert [order.id for order in found] == [orders[place].id for place in places]


def test_orders_are_listed_between_instants_and_ids(
    exchange: PracticeExchange, trading: TradingClient, orders: list[Order]
) -> None:
    between = GetOrdersRequest(
        status=QueryOrderStatus.ALL,
        after=orders[0].submitted_at,
        until=orders[3].submitted_at,
    )
    middle = [orders[2].id, orders[1].id]
    assert [order.id for order in trading.get_orders(between)] == middle
    path = f"/v2/orders?status=all&after_order_id={orders[1].id}&direction=asc"
    after = [order["id"] for order in exchange.request("GET", path)]
    assert after == [str(orders[2].id), str(orders[3].id)]
    path = f"/v2/orders?status=all&before_order_id={orders[2].id}&limit=2"
    before = [order["id"] for order in exchange.request("GET", path)]
    assert before == [str(orders[1].id), str(orders[0].id)]


def test_other_asset_classes_have_no_orders(
    exchange: PracticeExchange, orders: list[Order]
) -> None:
    path = "/v2/orders?status=all&asset_class="
    assert exchange.request("GET", path + "crypto,us_option") == []
    assert len(exchange.request("GET", path + "us_equity&limit=4")) == 4


def test_exits_are_nested_when_asked_for(trading: TradingClient) -> None:
    request = _limit(
        "ACME",
        2,
        order_class="bracket",
        take_profit=TakeProfitRequest(limit_price=5),
        stop_loss=StopLossRequest(stop_price=1.5, limit_price=1.4),
    )
    made = trading.submit_order(request)
    assert {leg.type.value for leg in made.legs} == {"limit", "stop_limit"}
    assert trading.get_order_by_id(made.id).legs is None
    nested = trading.get_order_by_id(made.id, GetOrderByIdRequest(nested=True))
    assert {leg.id for leg in nested.legs} == {leg.id for leg in made.legs}
    (listed,) = trading.get_orders(GetOrdersRequest(nested=True))
    assert len(listed.legs) == 2
    assert len(trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.OPEN))) == 3


def test_fills_and_fees_are_activities(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    order = _filled(exchange, trading, _market("ACME", 3))
    _filled(exchange, trading, _market("ACME", 3, OrderSide.SELL))
    fills = trading.get("/account/activities/FILL", {"direction": "desc"})
    assert [fill["side"] for fill in fills[:2]] == ["sell", "buy"]
    assert fills[1]["order_id"] == str(order.id)
    assert fills[1]["price"] == order.filled_avg_price
    day = fills[0]["transaction_time"][:10]
    both = trading.get(
        "/account/activities", {"activity_types": "FILL,FEE", "date": day}
    )
    assert {each["activity_type"] for each in both} == {"FILL"}
    exchange.advance(14 * 3600)
    fees = trading.get("/account/activities", {"category": "non_trade_activity"})
    assert "FEE" in {each["activity_type"] for each in fees}
    assert all(
        Decimal(f["net_amount"]) < 0 for f in fees if f["activity_type"] == "FEE"
    )


def test_activities_are_paged(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    for _ in range(3):
        _filled(exchange, trading, _market("ACME", 1))
    whole = [each["id"] for each in trading.get("/account/activities")]
    token, paged = "", []
    while page := trading.get(
        "/account/activities", {"page_size": 2, "page_token": token}
    ):
        paged += [each["id"] for each in page]
        token = page[-1]["id"]
    assert paged == whole


def test_a_deposit_is_an_activity_and_money(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    before = Decimal(trading.get_account().cash)
    exchange.request("POST", "/control/deposit", {"amount": "250.50"})
    assert Decimal(trading.get_account().cash) - before == Decimal("250.50")
    (told,) = trading.get("/account/activities/TRANS", {"page_size": 1})
    assert (told["activity_type"], told["net_amount"]) == ("CSD", "250.5")


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"period": "1D", "timeframe": "15Min"},
        {"period": "1W", "timeframe": "1H", "intraday_reporting": "continuous"},
        {"period": "1M", "timeframe": "1D"},
        {"period": "1A"},
    ],
)
def test_portfolio_history_is_even(
    trading: TradingClient, wanted: dict[str, str]
) -> None:
    history = trading.get_portfolio_history(GetPortfolioHistoryRequest(**wanted))
    assert len(history.timestamp) == len(history.equity) == len(history.profit_loss)
    assert history.timestamp == sorted(set(history.timestamp))
    assert history.timeframe in {"15Min", "1H", "1D"}


def test_portfolio_history_takes_two_instants(trading: TradingClient) -> None:
    end = datetime.fromisoformat(NOON)
    window = {"start": end - timedelta(hours=2), "end": end}
    wanted = GetPortfolioHistoryRequest(timeframe="5Min", **window)
    for stamp in trading.get_portfolio_history(wanted).timestamp:
        assert window["start"].timestamp() <= stamp <= window["end"].timestamp()


def test_settings_are_kept_and_obeyed(trading: TradingClient) -> None:
    settings = trading.get_account_configurations()
    trading.set_account_configurations(
        settings.model_copy(update={"no_shorting": True})
    )
    with pytest.raises(APIError, match="not allowed to short"):
        trading.submit_order(_market("CRUX", 1, OrderSide.SELL))
    assert trading.set_account_configurations(settings) == settings


def test_an_odd_setting_is_refused(exchange: PracticeExchange) -> None:
    path = "/v2/account/configurations"
    for body in ({"max_margin_multiplier": "3"}, {"no_shorting": "perhaps"}):
        assert exchange.request("PATCH", path, body)["code"] == 40010001


def test_a_blocked_account_may_not_trade(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    exchange.request("POST", "/control/flags", {"trading_blocked": True})
    try:
        assert trading.get_account().trading_blocked
        with pytest.raises(APIError, match="not authorized to trade"):
            trading.submit_order(_market("ACME", 1))
    finally:
        exchange.request("POST", "/control/flags", {"trading_blocked": False})


def test_a_late_fill_arrives_after_a_cancel(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    order = trading.submit_order(_limit("ACME", 2))
    trading.cancel_order_by_id(order.id)
    body = {"order_id": str(order.id), "quantity": "1", "price": "2"}
    told = exchange.request("POST", "/control/late-fill", body)
    assert (told["event"], told["order"]["filled_qty"]) == ("fill", "1")
    assert trading.get_open_position("ACME").qty == "1"


def test_a_corrected_fill_changes_what_was_paid(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    order = _filled(exchange, trading, _market("ACME", 2))
    (fill, *_) = trading.get("/account/activities/FILL")
    assert fill["order_id"] == str(order.id)
    body = {"execution_id": fill["execution_id"], "price": "50"}
    told = exchange.request("POST", "/control/correct", body)
    assert told["event"] == "trade_correct"
    assert told["previous_execution_id"] == fill["execution_id"]
    assert trading.get_order_by_id(order.id).filled_avg_price == "50"
    assert trading.get_open_position("ACME").avg_entry_price == "50"
