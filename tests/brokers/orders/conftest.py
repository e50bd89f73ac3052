from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import people, world
from tests.emulators.practice import PracticeExchange
from tests.world import World
from tradedesk.accounts.models import Role, User


@pytest.fixture(scope="module")
def running_exchange(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PracticeExchange]:
    folder: Path = tmp_path_factory.mktemp("exchange")
    with PracticeExchange(folder, clock="real").running() as exchange:
        yield exchange


@pytest.fixture
def exchange(running_exchange: PracticeExchange) -> Iterator[PracticeExchange]:
    """One exchange a module; what a test left there is swept away after it."""
    yield running_exchange
    running_exchange.clear_faults()
    running_exchange.request("DELETE", "/v2/orders")
    running_exchange.request("DELETE", "/v2/positions?cancel_orders=true")


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def desk(exchange: PracticeExchange, alice: User) -> World:
    return world.build(exchange, alice)
