from __future__ import annotations

import pytest
from django.urls import reverse

from brokers.market import watchlists as lists
from brokers.models import Watchlist, WatchlistItem
from tradedesk.audit.selectors import entries_for


URL = "/watchlists/"


@pytest.fixture
def watchlist(alice, account) -> Watchlist:
    made = Watchlist.objects.create(owner=alice, name="Swing")
    for place, symbol in enumerate(("ACME", "BRIO", "GALE")):
        WatchlistItem.objects.create(watchlist=made, symbol=symbol, place=place)
    return made


def symbols(watchlist) -> list[str]:
    return list(watchlist.items.values_list("symbol", flat=True))


def change(client, verb, watchlist, **fields):
    return client.post(reverse(f"watchlist_{verb}", args=[watchlist.pk]), fields)


def test_the_list_shows_its_symbols_with_their_names(client, watchlist):
    page = client.get(URL).content.decode()
    assert "Acme Industrial" in page
    assert "3 symbols" in page


def test_a_symbol_is_added_at_the_end_and_once(client, watchlist):
    change(client, "add", watchlist, symbol="iris")
    change(client, "add", watchlist, symbol="IRIS")
    assert symbols(watchlist) == ["ACME", "BRIO", "GALE", "IRIS"]
    assert entries_for("watchlist", watchlist.pk).get().action == "watchlist.changed"


def test_a_symbol_that_nobody_lists_is_not_added(client, watchlist):
    response = change(client, "add", watchlist, symbol="NOPE")
    assert response.status_code == 422
    assert "No broker of yours lists NOPE" in response.content.decode()


@pytest.mark.parametrize(
    ("symbol", "direction", "order"),
    [
        ("BRIO", "up", ["BRIO", "ACME", "GALE"]),
        ("BRIO", "down", ["ACME", "GALE", "BRIO"]),
        ("ACME", "up", ["ACME", "BRIO", "GALE"]),
        ("GALE", "down", ["ACME", "BRIO", "GALE"]),
    ],
)
def test_buttons_move_a_symbol_up_and_down(client, watchlist, symbol, direction, order):
    change(client, "move", watchlist, symbol=symbol, direction=direction)
    assert symbols(watchlist) == order


def test_any_other_direction_is_refused(client, watchlist):
    response = change(client, "move", watchlist, symbol="ACME", direction="left")
    assert response.status_code == 422


def test_a_symbol_is_removed(client, watchlist):
    change(client, "remove", watchlist, symbol="BRIO")
    assert symbols(watchlist) == ["ACME", "GALE"]


def test_lists_are_made_renamed_and_deleted(client, alice, watchlist):
    client.post(reverse("watchlist_create"), {"name": "Ideas"})
    ideas = Watchlist.objects.get(name="Ideas")
    assert ideas.place > watchlist.place
    change(client, "rename", ideas, name="Later")
    assert set(Watchlist.objects.values_list("name", flat=True)) == {"Swing", "Later"}
    change(client, "delete", watchlist)
    assert Watchlist.objects.get().name == "Later"


def test_a_name_stands_for_one_list(client, watchlist):
    assert (
        client.post(reverse("watchlist_create"), {"name": "Swing"}).status_code == 422
    )
    assert client.post(reverse("watchlist_create"), {"name": " "}).status_code == 422
    other = Watchlist.objects.create(owner=watchlist.owner, name="Other", place=1)
    assert change(client, "rename", other, name="Swing").status_code == 422


def test_a_list_has_an_end(client, watchlist):
    WatchlistItem.objects.bulk_create(
        WatchlistItem(watchlist=watchlist, symbol=f"S{n}", place=n + 3)
        for n in range(lists.MOST_SYMBOLS - 3)
    )
    assert change(client, "add", watchlist, symbol="IRIS").status_code == 422


def test_only_its_owner_may_change_a_list(client, reader, stranger, watchlist):
    for verb in ("rename", "delete", "add", "remove", "move"):
        fields = {"name": "X", "symbol": "ACME", "direction": "up"}
        assert change(reader, verb, watchlist, **fields).status_code == 403
        assert change(stranger, verb, watchlist, **fields).status_code == 404
        address = reverse(f"watchlist_{verb}", args=[watchlist.pk])
        assert client.get(address).status_code == 405
    assert b"Swing" not in stranger.get(URL).content
    assert symbols(watchlist) == ["ACME", "BRIO", "GALE"]


@pytest.mark.parametrize("text", ["ac", "ACME", "industrial"])
def test_a_symbol_is_found_by_symbol_and_by_name(client, watchlist, text):
    page = client.get(reverse("symbols"), {"q": text, "list": watchlist.pk})
    assert "Acme Industrial" in page.content.decode()
    assert reverse("watchlist_add", args=[watchlist.pk]) in page.content.decode()


def test_the_search_answers_programs_in_json(client, watchlist):
    found = client.get(reverse("symbols"), {"q": "acme", "format": "json"}).json()
    assert found == {
        "symbols": [{"symbol": "ACME", "name": "Acme Industrial", "exchange": "NYSE"}]
    }


def test_the_search_works_without_a_script(client, watchlist):
    page = client.get(URL, {"list": watchlist.pk, "q": "iris"}).content.decode()
    assert "Iris Optics" in page


def test_who_has_no_account_finds_nothing(stranger, watchlist):
    assert (
        b"No connected broker" in stranger.get(reverse("symbols"), {"q": "a"}).content
    )


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_same_few_questions_however_long_the_list(
    client, watchlist, count, few_queries
):
    WatchlistItem.objects.bulk_create(
        WatchlistItem(watchlist=watchlist, symbol=f"S{n}", place=n + 3)
        for n in range(count)
    )
    with few_queries(12):
        client.get(URL)
