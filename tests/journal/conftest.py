"""Alice with an account and a quote; a room whose tests need another says so itself."""

from __future__ import annotations

import pytest
from django.test import Client

from brokers.models import Account
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role, User


@pytest.fixture
def alice(db: None) -> User:
    return people.person("alice", Role.OWNER)


@pytest.fixture
def client(alice: User) -> Client:
    return people.verified(alice)


@pytest.fixture
def account(alice: User) -> Account:
    account = rows.an_account(alice)
    rows.list_instruments(account)
    rows.a_quote(account, "ACME", "60.00")
    return account
