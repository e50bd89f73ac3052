from __future__ import annotations

from http import HTTPStatus

import pytest

from brokers.models import SavedView
from brokers.orders.saved_views import MOST
from tests.brokers.views import rows


def save(client, name, query=""):
    return client.post("/orders/views/", {"name": name, "query": query})


def test_filters_are_kept_under_a_name_and_opened_again(client, account):
    rows.an_order(account, "ACME", type="limit")
    rows.an_order(account, "BRIO", type="market")
    response = save(client, "Limits", "tab=all&type=limit&after=x&part=table")
    assert response.status_code == HTTPStatus.FOUND
    page = client.get(response.url)
    assert [row.order.symbol for row in page.context["rows"]] == ["ACME"]
    (shown,) = page.context["saved_views"]
    assert (shown["view"].name, shown["current"]) == ("Limits", True)
    assert SavedView.objects.get().query == "tab=all&type=limit"


def test_the_same_name_takes_the_place_of_what_it_held(client):
    save(client, "Mine", "tab=filled")
    save(client, "Mine", "tab=rejected")
    assert SavedView.objects.get().query == "tab=rejected"


def test_a_view_without_a_name_is_refused_and_nothing_is_kept(client):
    assert save(client, "").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not SavedView.objects.exists()


def test_one_view_too_many_is_refused_with_what_to_do(client):
    for number in range(MOST):
        save(client, f"View {number}")
    response = save(client, "One more")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert b"Delete one" in response.content
    assert SavedView.objects.count() == MOST


def test_a_view_is_deleted_by_its_owner_alone(client, stranger):
    save(client, "Mine")
    url = f"/orders/views/{SavedView.objects.get().pk}/delete/"
    assert stranger.post(url).status_code == HTTPStatus.NOT_FOUND
    assert client.post(url).status_code == HTTPStatus.FOUND
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"mode": "paper"}, ["GALE"]),
        ({"broker": "practice"}, ["BRIO", "ACME"]),
        ({"type": "market"}, ["BRIO"]),
        ({"source": "external"}, ["ACME"]),
    ],
)
def test_every_filter_narrows(client, alice, account, given, shown):
    rows.an_order(account, "ACME", type="limit", source="external")
    rows.an_order(account, "BRIO", type="market")
    rows.an_order(rows.an_account(alice, "paper"), "GALE", type="limit")
    page = client.get("/orders/", {"tab": "all", **given})
    assert [row.order.symbol for row in page.context["rows"]] == shown
