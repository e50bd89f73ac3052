from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from brokers.models import Connection, LedgerEntry
from brokers.registry import practice_endpoints
from tests.brokers.views import rows
from tests.emulators.practice import PracticeExchange
from tradedesk.audit.selectors import entries_for


URL = "/accounts/"


def url(account) -> str:
    return reverse("account", args=[account.pk])


def test_the_page_shows_what_the_broker_last_said(client, account):
    page = client.get(URL).content.decode()
    assert account.name in page
    assert "100,000.00" in page
    assert "Connected" in page
    assert "Stream live" in page


def test_old_figures_are_marked_as_old(client, alice):
    before = rows.current() - timedelta(minutes=12)
    account = rows.an_account(alice, reported_at=before)
    Connection.objects.update(state="unauthorised", stream_seen_at=before)
    page = client.get(url(account)).content.decode()
    assert "The broker refuses the stored keys." in page
    assert "12 min old" in page
    assert "No stream" in page


def test_a_blocked_account_says_so(client, alice):
    rows.an_account(alice, trading_blocked=True, blocked_reason="pattern day trader")
    page = client.get(URL).content.decode()
    assert "Trading is blocked: pattern day trader" in page


def test_what_the_broker_cannot_do_and_where_that_is_written(client, account):
    page = client.get(url(account)).content.decode()
    assert "Not supported by this desk" in page
    assert "reviewed 20" in page
    assert "https://docs.alpaca.markets" in page


def test_credentials_are_on_no_page(client, account):
    for address in (URL, url(account), reverse("account_connect")):
        assert b"s3cret-value" not in client.get(address).content


def test_the_list_alone_is_what_live_news_asks_for(client, account):
    page = client.get(URL, {"part": "list"}).content.decode()
    assert 'id="accounts-list"' in page
    assert "<html" not in page


def at_port(account, port: int) -> None:
    account.connection.endpoints = practice_endpoints(port)
    account.connection.credentials = '{"key": "PKTEST", "secret": "practice-secret"}'
    account.connection.save()


def run_test(client, account, **more):
    return client.post(reverse("account_test", args=[account.pk]), **more)


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange")
    with PracticeExchange(folder).running() as running:
        yield running


def test_a_connection_test_shows_each_step_with_its_outcome(client, account, exchange):
    at_port(account, exchange.port)
    response = run_test(client, account)
    steps = response.context["steps"]
    assert response.status_code == 200
    assert [step.step for step in steps][:2] == ["Account", "Positions"]
    assert all(step.passed for step in steps)
    assert b"It works." in response.content
    assert entries_for("account", account.pk).get().action == "account.tested"


def test_a_broker_that_is_not_there_fails_the_steps_and_not_the_page(client, account):
    at_port(account, 1)
    response = run_test(client, account, headers={"hx-request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert not any(step.passed for step in response.context["steps"])
    assert "Not everything could be read." in page
    assert "<html" not in page


def test_credentials_that_miss_a_field_are_the_one_step_that_fails(client, account):
    account.connection.credentials = '{"key": "k"}'
    account.connection.save()
    (step,) = run_test(client, account).context["steps"]
    assert (step.step, step.passed) == ("Credentials", False)


def test_a_sync_is_asked_for_and_the_page_comes_back(client, account):
    response = client.post(reverse("account_sync", args=[account.pk]))
    assert response.headers["Location"] == url(account)


def test_only_its_trader_may_use_a_connection(client, reader, stranger, account):
    for name in ("account_test", "account_sync"):
        address = reverse(name, args=[account.pk])
        assert reader.post(address).status_code == 403
        assert stranger.post(address).status_code == 404
        assert client.get(address).status_code == 405
    assert stranger.get(url(account)).status_code == 404
    assert not entries_for("account", account.pk).exists()


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_the_same_few_questions_however_many_accounts(
    client, alice, count, few_queries
):
    for _ in range(count):
        rows.an_account(alice)
    with few_queries(12):
        client.get(URL)


def an_opening(account, **fields) -> LedgerEntry:
    given = {"effective_at": account.opened_at, "booked_at": account.opened_at} | fields
    return LedgerEntry.objects.create(
        owner=account.owner, account=account, kind="opening", told_by="poll", **given
    )


def test_what_the_book_began_with_is_told_with_what_nobody_knows(client, account):
    an_opening(account, amount="1234.5")
    an_opening(account, symbol="ACME", quantity=7, price="61.25")
    an_opening(account, symbol="BRIO", quantity=-3, price=None)
    page = client.get(url(account)).content.decode()
    assert "1,234.50" in page
    assert "2 holdings" in page
    assert "61.25" in page
    assert page.count("at an unknown cost") == 1
    assert page.count("an unknown day") == 2


def test_a_book_that_is_not_open_yet_says_so(client, alice):
    account = rows.an_account(alice, opened_at=None)
    assert "Not opened yet" in client.get(url(account)).content.decode()


def test_a_broker_that_is_down_says_since_when(client, account):
    since = rows.current() - timedelta(minutes=7)
    Connection.objects.update(state="unreachable", down_since=since, failures=9)
    page = client.get(url(account)).content.decode()
    assert "for 7 min" in page
    assert "Asked 9 times without an answer" in page
