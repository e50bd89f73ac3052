"""News as it happens, and the same news as polling tells."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from brokers.domain.orders import OrderStatus, OrderType
from brokers.domain.reports import StreamEventKind


async def collect(events, *, until, after_connected):
    """Events from CONNECTED on, until one satisfies."""
    seen = []
    async with aclosing(events), asyncio.timeout(20):
        async for event in events:
            seen.append(event)
            if event.kind is StreamEventKind.CONNECTED:
                acting = asyncio.create_task(asyncio.to_thread(after_connected))
            if until(event):
                break
    await acting
    return seen


async def test_a_fill_is_streamed_and_is_the_execution_that_polling_tells(desk):
    placed = []

    def buy():
        placed.append(desk.bought("6"))

    def filled(event):
        return event.order and event.order.status is OrderStatus.FILLED

    events = desk.streamer.order_events()
    seen = await collect(events, until=filled, after_connected=buy)
    order_id = placed[0].broker_order_id
    streamed = {event.fill.execution_id: event.fill for event in seen if event.fill}
    polled = {
        fill.execution_id: fill
        for fill in await asyncio.to_thread(desk.reader.list_fills)
        if fill.broker_order_id == order_id
    }
    assert streamed.keys() == polled.keys()
    for execution_id, fill in streamed.items():
        assert fill.quantity == polled[execution_id].quantity
        assert fill.price == polled[execution_id].price
    assert not [word for event in seen for word in event.unknown_words]


async def test_placing_and_cancelling_are_streamed(desk):
    def place_and_cancel():
        placed = desk.place(desk.spec(OrderType.LIMIT))
        desk.trader.cancel_order(placed.broker_order_id)
        desk.settled(placed, OrderStatus.CANCELLED)

    def cancelled(event):
        return event.order and event.order.status is OrderStatus.CANCELLED

    events = desk.streamer.order_events()
    seen = await collect(events, until=cancelled, after_connected=place_and_cancel)
    statuses = [event.order.status for event in seen if event.order]
    assert statuses[0] in {OrderStatus.SUBMITTED, OrderStatus.WORKING}


async def test_quotes_of_the_symbols_asked_for_are_streamed(desk):
    def pass_time():
        for _ in range(20):
            desk.venue.tick(1)

    def quoted(event):
        return event.quote and event.quote.bid and event.quote.last

    events = desk.streamer.quote_events([desk.subject.symbol])
    seen = await collect(events, until=quoted, after_connected=pass_time)
    assert {event.quote.symbol for event in seen if event.quote} == {
        desk.subject.symbol
    }
    assert 0 < seen[-1].quote.bid <= seen[-1].quote.ask
