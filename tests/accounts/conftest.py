from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from tests import people
from tradedesk.accounts.models import Role, TotpDevice, User
from tradedesk.core.clock import FixedClock


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 14, 30, 10, tzinfo=UTC))


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def bob(db: None) -> User:
    return people.person("bob", Role.READ_ONLY)


@pytest.fixture
def charlie(db: None) -> User:
    return people.person("charlie")


@pytest.fixture
def phone(alice: User) -> TotpDevice:
    return people.authenticator(alice)
