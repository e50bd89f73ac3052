from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from tests.brokers.views import rows


@pytest.fixture
def position(account):
    rows.a_quote(account, "ACME", "61.00")
    return rows.a_position(account)


def close_url(position) -> str:
    return reverse("position_close", args=[position.pk])


def close(client, position, percent="100", **more):
    form = {"percent": percent, "confirmed": "yes"}
    return client.post(close_url(position), form, **more)


def test_the_first_press_names_the_order_and_asks(client, position):
    rows.an_exit(position.account)
    response = client.post(close_url(position), {"percent": "50"})
    page = response.content.decode()
    assert "Sell 50 ACME at market." in page
    assert "cancelled first" in page
    assert not Command.objects.exists()


def test_the_second_press_queues_the_close(client, position):
    response = close(client, position)
    order = Order.objects.get(reduces_risk=True)
    assert response.headers["Location"] == reverse("order", args=[order.pk])
    assert (order.side, order.type, order.quantity) == ("sell", "market", 100)
    command = Command.objects.get()
    assert (command.order, command.kind) == (order, "submit")
    assert command.grant_id is None


@pytest.mark.parametrize(("percent", "quantity"), [("25", 25), ("50", 50)])
def test_a_share_is_closed(client, position, percent, quantity):
    close(client, position, percent)
    assert Order.objects.get(reduces_risk=True).quantity == quantity


def test_a_short_is_bought_back(client, account):
    rows.a_quote(account, "GALE", "24.00")
    close(client, rows.a_position(account, "GALE", "-500"))
    order = Order.objects.get()
    assert (order.side, order.quantity) == ("buy", 500)


def test_exits_that_hold_the_units_are_cancelled_first(client, position):
    stop = rows.an_exit(position.account)
    close(client, position)
    assert Command.objects.get(kind="cancel").order == stop
    assert Command.objects.get(kind="submit").awaits_cancels


def test_where_scripts_ask_in_place_one_request_closes(client, position):
    response = client.post(
        close_url(position), {"percent": "100"}, headers={"hx-request": "true"}
    )
    assert 'id="positions-table"' in response.content.decode()
    assert "desk:toast" in response.headers["HX-Trigger"]
    assert Command.objects.get().kind == "submit"


def test_pressing_twice_closes_once(client, position):
    close(client, position)
    assert close(client, position).status_code == 409
    assert Order.objects.count() == 1


def test_nothing_held_is_nothing_to_close(client, account):
    flat = rows.a_position(account, quantity="0")
    assert close(client, flat).status_code == 409


@pytest.mark.parametrize("percent", ["", "10", "all", "-50"])
def test_only_the_shares_of_the_page_can_be_closed(client, position, percent):
    assert close(client, position, percent).status_code == 422
    assert not Order.objects.exists()


def test_only_its_trader_may_close_a_position(client, reader, stranger, position):
    assert close(reader, position).status_code == 403
    assert close(stranger, position).status_code == 404
    assert client.get(close_url(position)).status_code == 405
    assert not Order.objects.exists()


def flatten_url(account) -> str:
    return reverse("positions_flatten", args=[account.pk])


def test_the_page_lists_what_would_be_closed(client, position):
    rows.a_position(position.account, "GALE", "-500")
    response = client.get(flatten_url(position.account))
    assert {(c["side"], c["quantity"]) for c in response.context["closings"]} == {
        ("sell", Decimal(100)),
        ("buy", Decimal(500)),
    }
    assert not Order.objects.exists()


def test_the_accounts_name_closes_everything(client, position):
    account = position.account
    rows.a_quote(account, "GALE", "24.00")
    rows.a_position(account, "GALE", "-500")
    rows.a_quote(account, "ACME", "61.00")
    client.post(flatten_url(account), {"account_name": account.name})
    assert set(Order.objects.values_list("symbol", "side")) == {
        ("ACME", "sell"),
        ("GALE", "buy"),
    }


@pytest.mark.parametrize("name", ["", "practice", "Another account"])
def test_any_other_name_closes_nothing(client, position, name):
    response = client.post(flatten_url(position.account), {"account_name": name})
    assert response.status_code == 422
    assert not Order.objects.exists()


def test_only_its_trader_may_flatten_an_account(reader, stranger, position):
    account = position.account
    named = {"account_name": account.name}
    assert reader.post(flatten_url(account), named).status_code == 403
    assert stranger.get(flatten_url(account)).status_code == 404
    assert stranger.post(flatten_url(account), named).status_code == 404
    assert not Order.objects.exists()


def test_an_empty_account_has_nothing_to_flatten(client, account):
    assert b"Nothing to close" in client.get(flatten_url(account)).content
