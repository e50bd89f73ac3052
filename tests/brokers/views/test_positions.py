from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.reports import Bar, BarInterval
from brokers.market import bars
from brokers.models import Connection
from tests.brokers.views import rows
from tradedesk.accounts.models import Preferences


URL = "/positions/"


def shown(client) -> list:
    return client.get(URL).context["rows"]


def test_what_has_no_stop_comes_first_and_is_marked(client, account):
    rows.a_position(account, "ACME")
    rows.an_exit(account, "ACME", quantity=Decimal(100))
    rows.a_position(account, "IRIS", "8")
    response = client.get(URL)
    assert [row.held.position.symbol for row in response.context["rows"]] == [
        "IRIS",
        "ACME",
    ]
    assert "1 without a working stop" in response.content.decode()
    assert "Unprotected" in response.content.decode()


def test_the_figures_are_those_of_the_newest_quote(client, account):
    rows.an_order(
        account,
        status="filled",
        filled_quantity=Decimal(100),
        average_price=Decimal("60.00"),
        stop_loss_price=Decimal("58.50"),
    )
    rows.a_position(account)
    rows.an_exit(account)
    rows.a_quote(account, "ACME", "61.51")  # bid 61.50
    (row,) = shown(client)
    assert row.held.unrealised == Decimal(150)
    assert row.held.open_r == Decimal(1)
    assert row.held.at_risk == Decimal(300)
    assert row.risk_r == Decimal(2)
    assert row.stop_r == Decimal(-1)


def test_the_day_counts_from_the_close_before(client, account):
    now = rows.current()
    rows.a_position(account, opened_at=now - timedelta(days=3))
    rows.a_quote(account, "ACME", "61.01")
    close = Bar(
        symbol="ACME",
        start=now - timedelta(days=1),
        open=Decimal(60),
        high=Decimal(62),
        low=Decimal(59),
        close=Decimal("60.50"),
        volume=Decimal(1000),
    )
    bars.store_bars(account.connection.feed, BarInterval.DAY_1, [close])
    (row,) = shown(client)
    assert row.day == Decimal(50)
    assert row.held.unrealised == Decimal(100)


def test_a_difference_from_the_broker_is_shown_and_ours_is_kept(client, account):
    rows.a_position(account, quantity="8", broker_quantity=Decimal(10))
    page = client.get(URL).content.decode()
    assert "differs from the broker: 10" in page
    assert shown(client)[0].held.position.quantity == 8


@pytest.mark.parametrize(("age", "stale"), [(0, False), (14, False), (40, True)])
def test_an_old_quote_is_marked(client, account, age, stale):
    rows.a_position(account)
    rows.a_quote(account, "ACME", "61.00", age_seconds=age)
    assert shown(client)[0].is_stale is stale


def test_a_broker_that_does_not_answer_is_told_and_nothing_is_shown_as_flat(
    client, account
):
    Connection.objects.update(state="unreachable", state_detail="timed out")
    rows.a_position(account)
    page = client.get(URL).content.decode()
    assert "broker does not answer" in page
    assert "may have changed since" in page
    assert "ACME" in page


def test_an_account_that_was_never_read_is_unknown_and_not_empty(client, alice):
    rows.an_account(alice, reported_at=None)
    page = client.get(URL).content.decode()
    assert "its positions are unknown, not zero" in page
    assert "No open position" not in page


def test_empty_pages_say_what_to_do_next(client, stranger, account):
    assert b"No open position" in client.get(URL).content
    assert b"No account yet" in stranger.get(URL).content


def test_a_sum_with_an_unknown_part_is_unknown(client, account):
    rows.a_position(account, "ACME")
    rows.a_position(account, "GALE")
    rows.a_quote(account, "ACME", "61.00")
    assert client.get(URL).context["total"]["unrealised"] is None


def test_the_table_alone_is_what_live_news_asks_for(client, account):
    rows.a_position(account)
    page = client.get(URL, {"part": "table"}).content.decode()
    assert 'id="positions-table"' in page
    assert "<html" not in page


def test_nobody_sees_the_positions_of_another(reader, stranger, account):
    rows.a_position(account)
    assert shown(reader) == shown(stranger) == []
    assert reader.post(URL).status_code == 405


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_asks_the_same_few_questions_however_much_is_held(
    client, account, count, few_queries
):
    for number in range(count):
        rows.a_position(account, f"S{number}")
        rows.an_exit(account, f"S{number}")
    with few_queries(13):
        client.get(URL)


def test_money_is_hidden_from_who_wants_it_hidden(client, alice, account):
    Preferences.objects.create(user=alice, hide_money=True)
    rows.a_position(account)
    rows.a_quote(account, "ACME", "61.51")
    assert "+150.00" not in client.get(URL).content.decode()
