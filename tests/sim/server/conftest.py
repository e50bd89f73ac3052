from __future__ import annotations

from collections.abc import Iterator

import pytest
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.trading.client import TradingClient

from tests.emulators.practice import PracticeExchange
from tests.sim.server.clients import data_client, trading_client


NOON = "2026-11-18T17:00:00+00:00"  # a Wednesday, noon in New York


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeExchange]:
    """One exchange for a module; its time stands still unless it is moved."""
    folder = tmp_path_factory.mktemp("practice")
    with PracticeExchange(folder, options=["--start", NOON]).running() as started:
        yield started


@pytest.fixture(scope="module")
def trading(exchange: PracticeExchange) -> TradingClient:
    return trading_client(exchange)


@pytest.fixture(scope="module")
def data(exchange: PracticeExchange) -> StockHistoricalDataClient:
    return data_client(exchange)
