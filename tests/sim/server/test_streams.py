"""Both websockets, read by Alpaca's client and by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgpack
import pytest
from alpaca.data.live import StockDataStream
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, TimeInForce
from alpaca.trading.requests import LimitOrderRequest, MarketOrderRequest
from alpaca.trading.stream import TradingStream
from websockets.asyncio.client import ClientConnection, connect

from tests.emulators.practice import PracticeExchange
from tests.sim.server.clients import running


def _buy(symbol: str, limit: float | None = None) -> Any:
    members = {
        "symbol": symbol,
        "qty": 1,
        "side": OrderSide.BUY,
        "time_in_force": TimeInForce.GTC,
    }
    if limit is None:
        return MarketOrderRequest(**members)
    return LimitOrderRequest(**members, limit_price=limit)


@asynccontextmanager
async def _trade_updates(
    exchange: PracticeExchange,
) -> AsyncIterator[asyncio.Queue[Any]]:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    stream = TradingStream(
        exchange.key, exchange.secret, url_override=exchange.stream_url
    )

    async def hear(update: Any) -> None:
        heard.put_nowait(update)

    stream.subscribe_trade_updates(hear)
    async with running(stream):
        yield heard


async def _next(heard: asyncio.Queue[Any], event: str) -> Any:
    async with asyncio.timeout(10):
        while (update := await heard.get()).event != event:
            pass
    return update


async def test_a_fill_is_told_with_execution_and_position(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    async with _trade_updates(exchange) as heard:
        order = await asyncio.to_thread(trading.submit_order, _buy("ACME"))
        update = await _next(heard, "fill")
    assert update.order.id == order.id
    assert update.execution_id is not None
    assert (update.qty, update.order.status) == (1, "filled")
    assert update.position_qty >= 1
    assert float(update.order.filled_avg_price) == update.price


async def test_a_cancel_is_told(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    async with _trade_updates(exchange) as heard:
        order = await asyncio.to_thread(trading.submit_order, _buy("CRUX", 1.5))
        assert (await _next(heard, "new")).order.id == order.id
        await asyncio.to_thread(trading.cancel_order_by_id, order.id)
        update = await _next(heard, "canceled")
    assert update.order.status == "canceled"


async def test_a_bust_takes_back_what_was_told(
    exchange: PracticeExchange, trading: TradingClient
) -> None:
    async with _trade_updates(exchange) as heard:
        await asyncio.to_thread(trading.submit_order, _buy("BRIO"))
        fill = await _next(heard, "fill")
        body = {"execution_id": str(fill.execution_id)}
        await asyncio.to_thread(exchange.request, "POST", "/control/bust", body)
        bust = await _next(heard, "trade_bust")
    assert bust.order.id == fill.order.id
    assert bust.position_qty == fill.position_qty - 1


@asynccontextmanager
async def _socket(url: str, **headers: str) -> AsyncIterator[ClientConnection]:
    async with asyncio.timeout(10), connect(url, additional_headers=headers) as socket:
        yield socket


async def _say(socket: ClientConnection, message: object) -> Any:
    await socket.send(json.dumps(message))
    return json.loads(await socket.recv())


async def test_updates_travel_as_json_in_binary_frames(
    exchange: PracticeExchange,
) -> None:
    hello = {"action": "auth", "key": exchange.key, "secret": exchange.secret}
    async with _socket(exchange.stream_url) as socket:
        await socket.send(json.dumps(hello))
        frame = await socket.recv()
    assert isinstance(frame, bytes)
    assert json.loads(frame) == {
        "stream": "authorization",
        "data": {"status": "authorized", "action": "authenticate"},
    }


async def test_who_is_not_authorised_hears_nothing(exchange: PracticeExchange) -> None:
    data = {"key_id": exchange.key, "secret_key": "wrong"}
    async with _socket(exchange.stream_url) as socket:
        for message, action in (
            ({"action": "listen", "data": {"streams": ["trade_updates"]}}, "listen"),
            ({"action": "authenticate", "data": data}, "authenticate"),
        ):
            told = await _say(socket, message)
            assert told["data"] == {"status": "unauthorized", "action": action}


async def test_listening_is_confirmed_stream_by_stream(
    exchange: PracticeExchange,
) -> None:
    data = {"key_id": exchange.key, "secret_key": exchange.secret}
    async with _socket(exchange.stream_url) as socket:
        await _say(socket, {"action": "authenticate", "data": data})
        listen = {"streams": ["trade_updates", "gossip"]}
        told = await _say(socket, {"action": "listen", "data": listen})
        assert told == {"stream": "listening", "data": {"streams": ["trade_updates"]}}
        assert (await _say(socket, {"action": "sing"}))["stream"] == "error"
        await socket.send(b"\xff not json")
        assert json.loads(await socket.recv())["stream"] == "error"


async def test_quotes_prints_and_bars_arrive_as_alpacas_client_expects(
    exchange: PracticeExchange,
) -> None:
    stream = StockDataStream(
        exchange.key, exchange.secret, url_override=exchange.data_stream_url
    )
    heard: dict[str, asyncio.Queue[Any]] = {
        name: asyncio.Queue() for name in ("quotes", "trades", "bars", "daily_bars")
    }
    for name, queue in heard.items():

        async def hear(item: Any, queue: asyncio.Queue[Any] = queue) -> None:
            queue.put_nowait(item)

        getattr(stream, f"subscribe_{name}")(hear, "ACME")
    async with asyncio.timeout(15), running(stream):
        await asyncio.sleep(0.3)  # the subscription is confirmed without our hearing it
        await asyncio.to_thread(exchange.advance, 61)
        first = {name: await queue.get() for name, queue in heard.items()}
    assert first["quotes"].bid_price < first["quotes"].ask_price
    assert first["trades"].price > 0
    assert first["bars"].timestamp.second == 0
    assert {item.symbol for item in first.values()} == {"ACME"}


AUTH = {"action": "auth"}


def _auth(exchange: PracticeExchange) -> dict[str, str]:
    return AUTH | {"key": exchange.key, "secret": exchange.secret}


async def test_market_data_is_json_unless_msgpack_is_asked_for(
    exchange: PracticeExchange,
) -> None:
    async with _socket(exchange.data_stream_url) as socket:
        assert json.loads(await socket.recv()) == [{"T": "success", "msg": "connected"}]
        assert await _say(socket, _auth(exchange)) == [
            {"T": "success", "msg": "authenticated"}
        ]
        told = await _say(socket, {"action": "subscribe", "quotes": ["*"]})
        assert told[0]["quotes"] == ["*"]
        await asyncio.to_thread(exchange.advance, 2)
        quotes = json.loads(await socket.recv())
    assert {quote["T"] for quote in quotes} == {"q"}
    assert quotes[0]["t"].endswith("Z")


async def test_msgpack_carries_instants_of_its_own(exchange: PracticeExchange) -> None:
    headers = {"Content-Type": "application/msgpack"}
    async with _socket(exchange.data_stream_url, **headers) as socket:
        assert msgpack.unpackb(await socket.recv())[0]["msg"] == "connected"
        await socket.send(msgpack.packb(_auth(exchange)))
        assert msgpack.unpackb(await socket.recv())[0]["msg"] == "authenticated"
        await socket.send(msgpack.packb({"action": "subscribe", "trades": ["ACME"]}))
        assert msgpack.unpackb(await socket.recv())[0]["trades"] == ["ACME"]
        await asyncio.to_thread(exchange.advance, 2)
        assert isinstance(
            msgpack.unpackb(await socket.recv())[0]["t"], msgpack.Timestamp
        )


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["nonsense"], 400),
        ([{"action": "subscribe", "quotes": ["ACME"]}], 401),
        ([{"action": "auth", "key": "x", "secret": "y"}], 402),
        (["auth", "auth"], 403),
        (["auth", {"action": "subscribe", "quotes": "ACME"}], 400),
        (["auth", {"action": "subscribe", "gossip": ["ACME"]}], 410),
        (["auth", {"action": "dance"}], 400),
    ],
)
async def test_a_wrong_message_is_answered_with_alpacas_code(
    exchange: PracticeExchange, messages: list[Any], code: int
) -> None:
    async with _socket(exchange.data_stream_url) as socket:
        await socket.recv()
        for message in messages:
            sent = _auth(exchange) if message == "auth" else message
            told = await _say(socket, sent)
        assert (told[0]["T"], told[0]["code"]) == ("error", code)


async def test_unsubscribing_leaves_the_rest(exchange: PracticeExchange) -> None:
    async with _socket(exchange.data_stream_url) as socket:
        await socket.recv()
        await _say(socket, _auth(exchange))
        both = {"quotes": ["ACME", "CRUX"], "bars": ["ACME"]}
        await _say(socket, {"action": "subscribe", **both})
        told = await _say(socket, {"action": "unsubscribe", "quotes": ["ACME"]})
    assert (told[0]["quotes"], told[0]["bars"]) == (["CRUX"], ["ACME"])


async def test_a_halt_is_told_to_who_asked_for_statuses(
    exchange: PracticeExchange,
) -> None:
    halted = {"symbol": "KITE"}
    async with _socket(exchange.data_stream_url) as socket:
        await socket.recv()
        await _say(socket, _auth(exchange))
        await _say(socket, {"action": "subscribe", "statuses": ["KITE"]})
        await asyncio.to_thread(exchange.request, "POST", "/control/halt", halted)
        assert json.loads(await socket.recv())[0]["sc"] == "H"
        await asyncio.to_thread(exchange.request, "POST", "/control/resume", halted)
        assert json.loads(await socket.recv())[0]["sc"] == "T"


async def test_the_test_feed_has_alpacas_test_symbol(
    exchange: PracticeExchange,
) -> None:
    url = exchange.data_stream_url.replace("iex", "test")
    async with _socket(url) as socket:
        await socket.recv()
        await _say(socket, _auth(exchange))
        await _say(socket, {"action": "subscribe", "trades": ["FAKEPACA"]})
        await asyncio.to_thread(exchange.advance, 2)
        assert json.loads(await socket.recv())[0]["S"] == "FAKEPACA"
