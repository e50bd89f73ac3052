from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.cache import cache
from django.test import Client

from brokers.models import Account
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def account(alice: User) -> Account:
    account = rows.an_account(alice)
    rows.list_instruments(account)
    return account


@pytest.fixture
def client(alice: User) -> Client:
    """Alice, who owns the account."""
    return people.verified(alice)


@pytest.fixture
def bob(db: None) -> User:
    return people.person("bob", Role.READ_ONLY)


@pytest.fixture
def reader(bob: User) -> Client:
    """Bob, whose role may look and not trade."""
    return people.verified(bob)


@pytest.fixture
def stranger(db: None) -> Client:
    """Charlie, a trader who owns nothing of this."""
    return people.verified(people.person("charlie"))


@pytest.fixture
def few_queries(
    django_assert_max_num_queries: object, client: Client
) -> Callable[[int], AbstractContextManager[object]]:
    """At most so many queries, on a session that was seen a moment ago."""
    client.get("/about")
    return django_assert_max_num_queries
