"""A trader who writes notes."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import people
from tradedesk.accounts.models import User


@pytest.fixture
def alice(db) -> User:
    return people.person("alice")


@pytest.fixture
def client(alice) -> Client:
    return people.verified(alice)
