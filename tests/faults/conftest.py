from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from typing import cast

import pytest

from brokers.domain.ports import AdapterContext, Trader
from brokers.registry import BROKERS, Broker
from tests import people, world
from tests.emulators.accounts import Accounts
from tests.world import World
from tradedesk.accounts.models import Role, User


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """One exchange a module, with an account for each test."""
    with Accounts(tmp_path_factory.mktemp("exchange")).running() as started:
        yield started


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def desk(accounts: Accounts, alice: User) -> Iterator[World]:
    yield world.build(accounts.next(), alice)
    accounts.exchange.clear_faults()


@pytest.fixture
def impatient() -> Iterator[None]:
    """The practice adapter waits a second and a half for an answer instead of ten."""
    registry = cast("MutableMapping[str, Broker]", BROKERS)
    usual = registry["practice"]

    def build(context: AdapterContext) -> Trader:
        return usual.build_trader(replace(context, read_timeout=1.5))

    registry["practice"] = replace(usual, build_trader=build)
    yield
    registry["practice"] = usual
