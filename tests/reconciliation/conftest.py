from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import people, world
from tests.emulators.accounts import Accounts
from tests.emulators.practice import PracticeExchange
from tests.reconciliation.venue import Books
from tradedesk.accounts.models import Role, User


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    folder: Path = tmp_path_factory.mktemp("exchange")
    with Accounts(folder, clock="real").running() as running:
        yield running


@pytest.fixture
def exchange(accounts: Accounts) -> Iterator[PracticeExchange]:
    """An account of the test's own at an exchange that the module shares."""
    exchange = accounts.next()
    yield exchange
    exchange.clear_faults()


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.TRADER)


@pytest.fixture
def books(exchange: PracticeExchange, alice: User) -> Books:
    """Alice's account, connected and read once."""
    return Books(world.build(exchange, alice))
