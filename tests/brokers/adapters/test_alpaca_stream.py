from __future__ import annotations

import asyncio
from contextlib import aclosing
from decimal import Decimal

import pytest

from brokers.adapters.alpaca import AlpacaStreamer
from brokers.domain.orders import OrderStatus
from brokers.domain.reports import FillKind, StreamEventKind
from brokers.wire.stream import Backoff
from tests.brokers.adapters.alpaca_samples import context, order
from tests.emulators.scripted_socket import receive, scripted_socket, send


AT_ONCE = Backoff(first=0.01, longest=0.02, shortest=0.005)
CONNECTED, DISCONNECTED = StreamEventKind.CONNECTED, StreamEventKind.DISCONNECTED
HEARTBEAT, ORDER = StreamEventKind.HEARTBEAT, StreamEventKind.ORDER
QUOTE = StreamEventKind.QUOTE


def streamer(url, heartbeat=5.0):
    where = context(url.replace("ws://", "http://"))
    return AlpacaStreamer(where, heartbeat=heartbeat, backoff=AT_ONCE)


async def first(events, count):
    async with aclosing(events), asyncio.timeout(10):
        return [await anext(events) for _ in range(count)]


def update(event="new", **data):
    shape = {"event": event, "timestamp": "2026-11-20T15:00:00.1Z", "order": order()}
    return {"stream": "trade_updates", "data": shape | data}


async def welcome(socket):
    hello = await receive(socket)
    assert hello["data"] == {"key_id": "PKTEST", "secret_key": "very-secret"}
    status = {"status": "authorized", "action": "authenticate"}
    await send(socket, {"stream": "authorization", "data": status}, binary=True)
    assert (await receive(socket))["data"] == {"streams": ["trade_updates"]}
    listening = {"stream": "listening", "data": {"streams": ["trade_updates"]}}
    await send(socket, listening, binary=True)


def saying(*messages, then_wait=True):
    async def talk(socket):
        await welcome(socket)
        await send(socket, *messages, binary=True)
        if then_wait:
            await socket.wait_closed()

    return talk


async def test_alpacas_published_fill_becomes_an_order_and_an_execution():
    fill = update(
        "fill",
        execution_id="2F63EA93-423d-4169-b3f6-3fdafc10c418",
        price="105.8988475",
        qty="1790.86",
        position_qty="0",
        timestamp="2022-04-19T17:45:05.024916716Z",
        order=order(status="filled", filled_qty="10", filled_avg_price="105.90"),
    )
    async with scripted_socket(saying(fill)) as url:
        connected, event = await first(streamer(url).order_events(), 2)
    assert connected.kind is CONNECTED
    assert event.order.status is OrderStatus.FILLED
    assert event.fill.execution_id == "2f63ea93-423d-4169-b3f6-3fdafc10c418"
    assert (event.fill.quantity, event.fill.price) == (
        Decimal("1790.86"),
        Decimal("105.8988475"),
    )
    assert event.fill.executed_at.isoformat() == "2022-04-19T17:45:05.024916+00:00"


@pytest.mark.parametrize(
    ("event", "named", "kind", "own_id", "before"),
    [
        ("trade_bust", {"previous_execution_id": "D"}, FillKind.BUST, "d", "d"),
        ("trade_bust", {}, FillKind.BUST, "e", "e"),
        ("trade_correct", {"previous_id": "D"}, FillKind.CORRECTION, "e", "d"),
    ],
)
async def test_an_execution_taken_back_or_put_right_names_which(
    event, named, kind, own_id, before
):
    message = update(event, execution_id="E", price="10.5", qty="3", **named)
    async with scripted_socket(saying(message)) as url:
        source = streamer(url)
        _, heard = await first(source.order_events(), 2)
    fill = heard.fill
    assert (fill.kind, fill.execution_id, fill.refers_to) == (kind, own_id, before)
    assert (fill.quantity, fill.price) == (3, Decimal("10.5"))
    assert heard.unknown_words == ()
    assert not source.unfamiliar


async def test_a_correction_of_nobody_knows_what_is_left_to_a_poll():
    message = update("trade_correct", execution_id="E", price="10", qty="3")
    async with scripted_socket(saying(message)) as url:
        _, heard = await first(streamer(url).order_events(), 2)
    assert heard.unknown_words == ("unreadable",)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("CORPORATE_ACTION", "Cancelled by Alpaca for a corporate action."),
        ("MERCURY", "Cancelled by Alpaca: MERCURY."),
    ],
)
async def test_an_end_says_why(word, reason):
    message = update("canceled", reason=word, order=order(status="canceled"))
    async with scripted_socket(saying(message)) as url:
        _, heard = await first(streamer(url).order_events(), 2)
    assert heard.order.reason == reason


async def test_other_events_bring_the_order_and_no_execution():
    message = update("order_cancel_rejected", execution_id="x")
    async with scripted_socket(saying(message)) as url:
        _, event = await first(streamer(url).order_events(), 2)
    assert (event.kind, event.detail, event.fill) == (
        ORDER,
        message["data"]["event"],
        None,
    )
    assert event.unknown_words == ()


async def test_unknown_words_are_passed_on_and_change_nothing():
    message = update("levitated", order=order(status="levitating", new_field=1))
    async with scripted_socket(saying(message)) as url:
        source = streamer(url)
        _, event = await first(source.order_events(), 2)
    assert event.order.status is None
    assert event.unknown_words == ("event=levitated", "status=levitating")
    assert source.unfamiliar["order.new_field"] == 1


@pytest.mark.parametrize(
    "bad", ["no json", update(order={"id": 1}), update("fill"), {"stream": "listening"}]
)
async def test_an_unreadable_frame_does_not_end_the_stream(bad):
    async with scripted_socket(saying(bad, update("accepted"))) as url:
        events = await first(
            streamer(url).order_events(), 2 if "data" not in bad else 3
        )
    assert events[-1].kind is ORDER
    if len(events) == 3:
        assert events[1].unknown_words == ("unreadable",)


async def test_a_dropped_connection_is_told_and_taken_up_again():
    once = saying(update("new"), then_wait=False)
    async with scripted_socket(once, saying(update("fill_later"))) as url:
        events = await first(streamer(url).order_events(), 5)
    assert [event.kind for event in events] == [
        CONNECTED, ORDER, DISCONNECTED, CONNECTED, ORDER,
    ]  # fmt: skip


async def test_a_quiet_stream_proves_that_it_lives():
    async with scripted_socket(saying()) as url:
        events = await first(streamer(url, heartbeat=0.05).order_events(), 3)
    assert [event.kind for event in events] == [CONNECTED, HEARTBEAT, HEARTBEAT]


async def test_a_stream_that_answers_no_ping_is_left():
    async def deaf(socket):
        await welcome(socket)
        socket.transport.pause_reading()
        await asyncio.sleep(0.5)

    async with scripted_socket(deaf, saying()) as url:
        events = await first(streamer(url, heartbeat=0.05).order_events(), 3)
    assert [event.kind for event in events] == [CONNECTED, DISCONNECTED, CONNECTED]
    assert "No pong" in events[1].detail


async def test_wrong_keys_are_named_and_tried_again_without_hurry():
    async def refuse(socket):
        await receive(socket)
        status = {"status": "unauthorized", "action": "authenticate"}
        await send(socket, {"stream": "authorization", "data": status})

    async with scripted_socket(refuse, saying()) as url:
        events = await first(streamer(url).order_events(), 2)
    assert [event.kind for event in events] == [DISCONNECTED, CONNECTED]
    assert "unauthorized" in events[0].detail


async def test_a_server_that_is_not_there_is_told_each_time():
    events = await first(streamer("ws://127.0.0.1:9").order_events(), 2)
    assert {event.kind for event in events} == {DISCONNECTED}


async def test_cancelling_the_listener_closes_the_connection():
    closed = asyncio.Event()

    async def talk(socket):
        await welcome(socket)
        await socket.wait_closed()
        closed.set()

    async with scripted_socket(talk) as url:
        events = streamer(url).order_events()

        async def consume():
            async with aclosing(events):
                async for _ in events:
                    pass

        task = asyncio.create_task(consume())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5):
            await closed.wait()


def data(*messages):
    async def talk(socket):
        await send(socket, [{"T": "success", "msg": "connected"}])
        keys = await receive(socket)
        assert keys == {"action": "auth", "key": "PKTEST", "secret": "very-secret"}
        await send(socket, [{"T": "success", "msg": "authenticated"}])
        wish = await receive(socket)
        assert wish == {"action": "subscribe", "quotes": ["AAPL"], "trades": ["AAPL"]}
        await send(socket, [{"T": "subscription", "quotes": ["AAPL"]}], *messages)
        await socket.wait_closed()

    return talk


def quote(bid):
    """A frame whose bid is written exactly as given."""
    head = f'[{{"T":"q","S":"AAPL","bp":{bid},"bs":100,"ap":0,"as":0,'
    return head + '"t":"2026-11-20T15:00:00.123456789Z"}]'


TRADE = '[{"T":"t","S":"AAPL","p":187.3200001,"s":3,"t":"2026-11-20T15:00:01Z"}]'


async def test_quotes_keep_every_digit_and_an_absent_side_is_none():
    async with scripted_socket(data(quote("187.310000000000000001"))) as url:
        _, event = await first(streamer(url).quote_events(["AAPL"]), 2)
    assert event.kind is QUOTE
    assert event.quote.bid == Decimal("187.310000000000000001")
    assert (event.quote.ask, event.quote.ask_size) == (None, None)


async def test_a_quote_keeps_the_last_trade_and_a_trade_the_last_quote():
    messages = data(quote("187.31"), TRADE, quote("187.29"))
    async with scripted_socket(messages) as url:
        events = await first(streamer(url).quote_events(["AAPL"]), 4)
    seen = [(event.quote.bid, event.quote.last) for event in events[1:]]
    last = Decimal("187.3200001")
    assert seen == [
        (Decimal("187.31"), None), (Decimal("187.31"), last), (Decimal("187.29"), last),
    ]  # fmt: skip


async def test_an_unreadable_quote_is_counted_and_the_next_one_comes():
    async with scripted_socket(data(quote('"much"'), quote("1.5"))) as url:
        source = streamer(url)
        _, event = await first(source.quote_events(["AAPL"]), 2)
    assert event.quote.bid == Decimal("1.5")
    assert source.unfamiliar["frame.unreadable"] == 1


async def test_a_refused_subscription_says_why():
    async def refuse(socket):
        await send(socket, [{"T": "success", "msg": "connected"}])
        await receive(socket)
        limit = {"T": "error", "code": 406, "msg": "connection limit exceeded"}
        await send(socket, [limit])

    async with scripted_socket(refuse) as url:
        (event,) = await first(streamer(url).quote_events(["AAPL"]), 1)
    assert "connection limit exceeded" in event.detail
