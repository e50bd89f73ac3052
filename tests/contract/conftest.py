from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from typing import cast
from uuid import UUID, uuid4

import pytest

from brokers.domain.errors import Refused
from brokers.domain.orders import (
    OrderSpec,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    client_order_id,
)
from brokers.domain.ports import Reader, Streamer, Trader
from brokers.domain.reports import OrderReport
from brokers.registry import BROKERS, Broker
from brokers.sessions.reading import open_reader, open_streamer
from brokers.sessions.trading import open_trader
from tests.contract.subjects import SUBJECTS, Connection, Subject, Venue


# What a type needs beside symbol, side and quantity, as multiples of the market's
# price: a buy that rests until it is cancelled.
RESTING = {
    OrderType.MARKET: {},
    OrderType.LIMIT: {"limit_price": "0.80"},
    OrderType.STOP: {"stop_price": "1.20"},
    OrderType.STOP_LIMIT: {"stop_price": "1.20", "limit_price": "1.21"},
    OrderType.TRAILING_STOP: {},
}


@contextmanager
def unhurried(slug: str) -> Iterator[None]:
    """What is opened now has a rate budget that a day of tests does not use up."""
    registry = cast("MutableMapping[str, Broker]", BROKERS)
    usual = registry[slug]
    table = replace(usual.capabilities, requests_per_minute=1_000_000)
    registry[slug] = replace(usual, capabilities=table)
    yield
    registry[slug] = usual


@dataclass
class Desk:
    """One broker under contract, reached as the desk would reach it."""

    subject: Subject
    venue: Venue
    reader: Reader = field(init=False)
    trader: Trader = field(init=False)
    streamer: Streamer = field(init=False)

    def __post_init__(self) -> None:
        stored = self.connection(self.venue.credentials)
        with unhurried(self.subject.slug):
            self.reader, self.trader = open_reader(stored), open_trader(stored)
            self.streamer = open_streamer(stored)

    def connection(self, credentials: str) -> Connection:
        where = self.subject.slug, self.subject.environment
        return Connection(*where, credentials, self.venue.endpoints)

    def price(self, factor: str = "1", symbol: str = "") -> Decimal:
        """A multiple of the market's price, in cents."""
        (quote,) = self.reader.get_quotes([symbol or self.subject.symbol])
        market = quote.last or quote.ask or quote.bid
        return (market * Decimal(factor)).quantize(Decimal("0.01"), ROUND_DOWN)

    def spec(self, type_: OrderType = OrderType.LIMIT, **changes: object) -> OrderSpec:
        """A buy of ten that rests at the market, unless changed."""
        asked: dict[str, object] = {
            "symbol": self.subject.symbol,
            "side": Side.BUY,
            "type": type_,
            "time_in_force": TimeInForce.DAY,
            "quantity": Decimal(10),
        }
        for name, factor in RESTING[type_].items():
            asked[name] = self.price(factor)
        if type_ is OrderType.TRAILING_STOP:
            asked["trail_percent"] = Decimal(5)
        return OrderSpec(**(asked | changes))

    def place(self, spec: OrderSpec, intent: UUID | None = None) -> OrderReport:
        return self.trader.place_order(client_order_id(intent or uuid4()), spec)

    def settled(self, report: OrderReport, *statuses: OrderStatus) -> OrderReport:
        """The order once it has reached one of the statuses."""
        for _ in range(40):
            now = self.reader.get_order(report.broker_order_id)
            if now.status in statuses:
                return now
            self.venue.tick(1)
        raise AssertionError(
            f"{now.raw_status} after 40 s at the venue, not {statuses}"
        )

    def bought(self, quantity: str = "10") -> OrderReport:
        report = self.place(self.spec(OrderType.MARKET, quantity=Decimal(quantity)))
        return self.settled(report, OrderStatus.FILLED)

    def clear(self) -> None:
        """Cancel what still works, so that the next test finds a free market."""
        for report in self.reader.list_orders(open_only=True):
            for one in (report, *report.legs):
                with suppress(Refused):
                    self.trader.cancel_order(one.broker_order_id)
        self.venue.tick(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "desk" in metafunc.fixturenames:
        names = [subject.name for subject in SUBJECTS]
        metafunc.parametrize(
            "desk", SUBJECTS, ids=names, indirect=True, scope="package"
        )


@pytest.fixture(scope="package")
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A broker that serves all the tests of this folder."""
    subject: Subject = request.param
    with subject.start(tmp_path_factory.mktemp(subject.name)) as venue:
        yield Desk(subject, venue)


@pytest.fixture(autouse=True)
def _cleared(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "desk" in request.fixturenames:
        request.getfixturevalue("desk").clear()
