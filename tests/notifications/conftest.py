from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests import people
from tradedesk.accounts.models import Role, User
from tradedesk.core.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 14, 30, 10, tzinfo=UTC))


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def charlie(db: None) -> User:
    return people.person("charlie")
