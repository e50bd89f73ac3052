from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from tests import people
from tradedesk.accounts.models import Role, User
from tradedesk.core.clock import FixedClock


# A Monday, and a trading day: half past nine in New York.
MONDAY = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice")


@pytest.fixture
def client(alice: User) -> Client:
    return people.verified(alice)


@pytest.fixture
def stranger(db: None) -> Client:
    return people.verified(people.person("charlie"))


@pytest.fixture
def reader(db: None) -> Client:
    return people.verified(people.person("bob", Role.READ_ONLY))
