from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from journal.models import Trade
from tradedesk.core.clock import SYSTEM_CLOCK


FEW_LEVELS = {"risk_low": "1", "risk_high": "2", "risk_step": "1"}


def a_trade(account, r, *, days=1, **fields):
    """A closed long of 100, with the R given; None has no initial risk."""
    now = SYSTEM_CLOCK.now() - timedelta(days=days)
    number = Trade.objects.count()
    given = {
        "key": f"{account.pk}:ACME:{number}",
        "symbol": "ACME",
        "direction": "long",
        "opened_at": now - timedelta(hours=2),
        "closed_at": now,
        "trading_day": now.date(),
        "quantity": Decimal(100),
        "fees": Decimal(0),
        "net": None if r is None else Decimal(str(r)) * 100,
        "r_multiple": None if r is None else Decimal(str(r)),
        "open_quantity": Decimal(0),
        "built_at": now,
    } | fields
    return Trade.objects.create(owner=account.owner, account=account, **given)


def lab(client, **query):
    return client.get(reverse("sizing_lab"), FEW_LEVELS | query)


def words(response):
    return response.content.decode()


def test_without_a_trade_it_says_how_to_begin(client, account):
    response = lab(client)
    assert response.status_code == 200
    assert "No closed trade with an initial risk" in words(response)
    assert "Five models, one trade" in words(response)


def test_one_trade_is_warned_about(client, account):
    a_trade(account, "1.5")
    response = lab(client)
    assert "Only 1 trade" in words(response)


def test_ones_own_trades_are_taken(client, account):
    for r in ("2", "-1", "-1", None):
        a_trade(account, r)
    response = lab(client)
    assert response.context["figures"]["n"] == 3
    assert response.context["figures"]["expectancy"] == 0
    assert len(response.context["rows"]) == 2
    assert "Losses in a row" in words(response)


def test_a_filter_of_the_address_narrows_and_is_kept(client, account):
    a_trade(account, "2")
    a_trade(account, "-1", symbol="BRIO")
    response = lab(client, symbol="BRIO")
    assert response.context["figures"]["n"] == 1
    assert '<input type="hidden" name="symbol" value="BRIO">' in words(response)


def test_another_persons_trades_are_not_taken(stranger, account):
    a_trade(account, "2")
    assert "No closed trade" in words(lab(stranger))


def test_a_list_is_simulated_and_kept_in_the_address(client):
    response = lab(client, take="pasted", r="2\n-1\n-1R")
    assert response.context["figures"]["n"] == 3
    assert "2\n-1\n-1R</textarea>" in words(response)
    again = lab(client, take="pasted", r="2\n-1\n-1R")
    assert again.context["rows"] == response.context["rows"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"take": "pasted", "r": "2\nmuch"}, "Line 2 is not a number"),
        ({"risk_step": "0.001"}, "risk_step_error"),
        ({"stop": "60", "entry": "60"}, "there is no risk"),
    ],
)
def test_wrong_input_is_422_and_stays(client, query, said):
    response = lab(client, **query)
    assert response.status_code == 422
    assert said in words(response)


def test_it_takes_few_queries(client, account, django_assert_max_num_queries):
    for _ in range(5):
        a_trade(account, "1")
    client.get("/about")
    with django_assert_max_num_queries(12):
        lab(client)
