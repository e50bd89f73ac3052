from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from brokers.models import Account
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def account(alice: User) -> Account:
    return rows.an_account(alice)


@pytest.fixture
def client(alice: User) -> Client:
    """Alice, who owns the account."""
    return people.verified(alice)


@pytest.fixture
def reader(db: None) -> Client:
    """Bob, whose role may look and not trade."""
    return people.verified(people.person("bob", Role.READ_ONLY))


@pytest.fixture
def stranger(db: None) -> Client:
    return people.verified(people.person("charlie"))
