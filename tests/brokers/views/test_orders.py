from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.selectors import PAGE_SIZE
from tests.brokers.views import rows


URL = "/orders/"


def symbols(response) -> list[str]:
    return [row.order.symbol for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("status", "filled", "tabs"),
    [
        ("submitted", 0, {"working", "all"}),
        ("working", 0, {"working", "all"}),
        ("partially_filled", 40, {"working", "filled", "all"}),
        ("filled", 100, {"filled", "all"}),
        ("rejected", 0, {"rejected", "all"}),
        ("denied", 0, {"rejected", "all"}),
        ("cancelled", 0, {"cancelled", "all"}),
        ("expired", 40, {"cancelled", "filled", "all"}),
        ("draft", 0, set()),
    ],
)
def test_an_order_stands_under_the_tabs_that_its_state_names(
    client, account, status, filled, tabs
):
    rows.an_order(account, status=status, filled_quantity=Decimal(filled))
    every = ("working", "filled", "rejected", "cancelled", "all")
    shown = {tab for tab in every if symbols(client.get(URL, {"tab": tab}))}
    assert shown == tabs


def test_a_draft_that_a_check_stopped_is_under_rejected_with_why(client, account):
    draft = rows.an_order(
        account, status="draft", status_reason="More than one order may be worth."
    )
    for tab, count in (("rejected", 1), ("all", 1), ("working", 0), ("cancelled", 0)):
        page = client.get(URL, {"tab": tab})
        assert len(symbols(page)) == count, tab
    page = client.get(URL, {"tab": "rejected"}).content.decode()
    assert "More than one order may be worth." in page
    order = client.get(reverse("order", args=[draft.pk])).content.decode()
    assert "A guardrail stopped it." in order


def test_a_filter_by_symbol_offers_to_cancel_all_of_it(client, account):
    rows.an_order(account, "ACME")
    asks = f"{reverse('orders_cancel')}?scope=symbol&amp;symbol=ACME"
    assert asks not in client.get(URL).content.decode()
    assert asks in client.get(URL, {"symbol": "acme"}).content.decode()
    desk = client.get(reverse("desk"), {"symbol": "ACME", "account": account.pk})
    assert asks in desk.content.decode()


def test_the_filters_narrow_what_is_shown(client, alice, account):
    other = rows.an_account(alice, "paper")
    rows.an_order(account, "ACME")
    rows.an_order(account, "BRIO", side="sell")
    rows.an_order(other, "GALE")
    assert symbols(client.get(URL, {"account": account.pk})) == ["BRIO", "ACME"]
    assert symbols(client.get(URL, {"symbol": " acme "})) == ["ACME"]
    assert symbols(client.get(URL, {"side": "sell"})) == ["BRIO"]


def test_days_are_days_of_the_exchange_and_the_last_is_included(client, account):
    # 03:30 UTC on the 11th is 22:30 on the 10th in New York.
    rows.an_order(account, "ACME", created_at=rows.at("2026-11-11T03:30"))
    rows.an_order(account, "BRIO", created_at=rows.at("2026-11-11T15:00"))
    tenth = {"placed_from": "2026-11-10", "placed_until": "2026-11-10"}
    assert symbols(client.get(URL, tenth)) == ["ACME"]
    assert symbols(client.get(URL, {"placed_from": "2026-11-11"})) == ["BRIO"]


@pytest.mark.parametrize(
    "query",
    [
        {"placed_from": "soon"},
        {"side": "up"},
        {"account": "999"},
        {"placed_from": "2026-11-10", "placed_until": "2026-11-09"},
    ],
)
def test_filters_that_cannot_be_used_are_told(client, account, query):
    response = client.get(URL, query)
    assert response.status_code == 422
    assert response.context["form"].errors


def test_pages_continue_behind_the_last_row(client, account):
    at = rows.at("2026-11-10T15:00")
    for number in range(PAGE_SIZE + 1):
        rows.an_order(account, f"S{number}", created_at=at + timedelta(seconds=number))
    first = client.get(URL, {"tab": "working"})
    assert len(symbols(first)) == PAGE_SIZE
    second = client.get(f"{URL}?{first.context['older']}")
    assert symbols(second) == ["S0"]
    assert second.context["older"] == ""


def test_an_unknown_outcome_is_shown_as_unresolved_and_never_as_rejected(
    client, account
):
    order = rows.an_order(account, status="submitted")
    rows.a_command(order, unresolved_since=rows.current())
    page = client.get(URL).content.decode()
    assert "Unresolved" in page
    assert "no answer yet" in page
    assert symbols(client.get(URL, {"tab": "rejected"})) == []


def test_a_partial_fill_is_told_in_words_beside_its_bar(client, account):
    rows.an_order(
        account,
        quantity=Decimal(327),
        filled_quantity=Decimal(120),
        status="partially_filled",
    )
    assert b"120 of 327" in client.get(URL).content


def test_where_an_order_comes_from_is_told(client, account):
    entry = rows.an_order(account, status="filled", filled_quantity=Decimal(100))
    rows.an_exit(account, parent=entry, source="attached")
    rows.an_order(account, source="external")
    page = client.get(URL).content.decode()
    assert f"Stop of {entry.pk}" in page
    assert "External" in page


@pytest.mark.parametrize("tab", ["working", "filled", "rejected", "cancelled", "all"])
def test_every_tab_says_what_would_stand_there(client, account, tab):
    response = client.get(URL, {"tab": tab})
    assert response.context["empty"][0] in response.content.decode()


def test_the_table_alone_is_what_live_news_asks_for(client, account):
    rows.an_order(account)
    page = client.get(URL, {"part": "table"}).content.decode()
    assert page.lstrip().startswith("<section")
    assert 'id="orders-table"' in page
    assert "<html" not in page


def test_nobody_sees_the_orders_of_another(reader, stranger, account):
    rows.an_order(account)
    assert symbols(reader.get(URL, {"tab": "all"})) == []
    assert symbols(stranger.get(URL, {"tab": "all"})) == []
    assert b"ACME" not in body(stranger.get(reverse("orders_csv")))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def exported(client, **query) -> list[dict[str, str]]:
    text = body(client.get(reverse("orders_csv"), query)).decode("ascii")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_honours_the_filters_and_holds_plain_figures(client, account):
    rows.an_order(
        account,
        quantity=Decimal("327.5"),
        limit_price=Decimal("60.10"),
        created_at=rows.at("2026-11-10T15:00:01"),
    )
    rows.an_order(account, "BRIO", status="filled")
    (row,) = exported(client, symbol="ACME")
    assert row["quantity"] == "327.5"
    assert row["limit_price"] == "60.1"
    assert row["placed_at_utc"] == "2026-11-10T15:00:01+00:00"
    assert row["status"] == "working"


def test_the_file_names_what_is_unresolved(client, account):
    order = rows.an_order(account, status="submitted")
    rows.a_command(order, unresolved_since=rows.current())
    assert exported(client)[0]["command"] == "unresolved"


def test_no_cell_of_the_file_is_a_formula(client, account):
    bad = "=HYPERLINK(1) \N{MINUS SIGN}5"
    rows.an_order(account, status="rejected", status_reason=bad)
    assert exported(client, tab="all")[0]["reason"] == "'=HYPERLINK(1) -5"


def test_the_file_refuses_filters_that_cannot_be_used(client, account):
    assert client.get(reverse("orders_csv"), {"side": "up"}).status_code == 422


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_asks_the_same_few_questions_however_many_orders(
    client, account, count, few_queries
):
    for _ in range(count):
        rows.a_command(rows.an_order(account))
    with few_queries(12):
        client.get(URL)
