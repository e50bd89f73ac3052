"""Alpaca's own client, each of its answers held against Alpaca's documents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.live import StockDataStream
from alpaca.trading.client import TradingClient
from alpaca.trading.stream import TradingStream

from tests.emulators.practice import PracticeExchange
from tests.sim.server.openapi import check_answer


def _check(response: Any, *_: Any, **__: Any) -> None:
    check_answer(
        response.request.method,
        urlsplit(response.url).path,
        status=response.status_code,
        body=response.json() if response.content else None,
    )


def checked(client: Any) -> Any:
    """The client, whose every answer must be one that Alpaca documents."""
    client._session.hooks["response"].append(_check)
    client._retry_codes = []
    return client


def trading_client(exchange: PracticeExchange, key: str = "") -> TradingClient:
    url, name = exchange.url, key or exchange.key
    return checked(TradingClient(name, exchange.secret, url_override=url))


def data_client(exchange: PracticeExchange) -> StockHistoricalDataClient:
    url, secret = exchange.url, exchange.secret
    return checked(StockHistoricalDataClient(exchange.key, secret, url_override=url))


@asynccontextmanager
async def running(stream: TradingStream | StockDataStream) -> AsyncIterator[None]:
    """Run one of Alpaca's streams while the block lasts."""
    task = asyncio.create_task(stream._run_forever())
    try:
        async with asyncio.timeout(10):
            while not stream._running:  # noqa: ASYNC110 - a flag is all it has
                await asyncio.sleep(0.01)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await stream.close()
