"""The pages of reports: with nothing, with one trade, with many, filtered, refused."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests import people
from tests.brokers.views.rows import an_account
from tests.journal.reports import seeded


pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def account(alice):
    found = an_account(alice)
    seeded.deposit(found, "50000")
    return found


@pytest.fixture
def client(alice):
    return people.verified(alice)


def body(client, name, query="", status=200):
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("name", ["analytics", "breakdowns", "breakdowns_compare"])
def test_a_page_without_trades_says_so(client, account, name):
    text = body(client, name)
    assert "No closed trade yet" in text or "Nothing to compare" in text
    assert "NaN" not in text


@pytest.mark.parametrize("unit", ["r", "money", "percent"])
@pytest.mark.parametrize("count", [1, 2, 243])
def test_a_page_with_trades_has_every_card(client, alice, account, unit, count):
    seeded.year(alice, account, count)
    text = body(client, "analytics", f"unit={unit}")
    for words in ("Equity and drawdown", "System quality number", "Distribution of R"):
        assert words in text
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
