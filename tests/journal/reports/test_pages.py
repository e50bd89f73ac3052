"""The pages of reports: with nothing, with one trade, with many, filtered, refused."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.domain.reports import Bar, BarInterval
from brokers.market.bars import store_bars
from journal.models import Tag
from journal.reports.dimensions import BY_NAME
from journal.views.analytics import COOKIE
from tests import people
from tests.brokers.views.rows import an_account
from tests.journal.reports import seeded
from tradedesk.accounts import preferences
from tradedesk.audit.models import AuditEntry


pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def account(alice):
    found = an_account(alice, name="Swing")
    seeded.deposit(found, "50000")
    return found


@pytest.fixture
def client(alice):
    return people.verified(alice)


@pytest.fixture
def year(alice, account):
    return seeded.year(alice, account, 120)


def body(client, name, query="", status=200):
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == status
    text = response.content.decode()
    assert not re.search(r"\b(nan|infinity)\b", text, re.IGNORECASE)
    return text


@pytest.mark.parametrize("name", ["analytics", "breakdowns", "breakdowns_compare"])
def test_a_page_without_trades_says_so(client, account, name):
    text = body(client, name)
    assert "No closed trade yet" in text or "Nothing to compare" in text


@pytest.mark.parametrize("unit", ["r", "money", "percent"])
@pytest.mark.parametrize("count", [1, 40])
def test_a_page_with_trades_has_every_card(client, alice, account, unit, count):
    seeded.year(alice, account, count)
    text = body(client, "analytics", f"unit={unit}")
    for words in ("Equity and drawdown", "System quality number", "Distribution of R"):
        assert words in text
    assert ("Low sample" in text) == (count == 1)


def test_a_single_trade_without_a_stop_says_that_there_is_no_r(client, alice, account):
    seeded.trade(alice, account, r_multiple=None, initial_risk=None, net=Decimal(5)).save()  # fmt: skip
    assert "1 trade without a defined risk" in body(client, "analytics", "unit=r")
    text = body(client, "analytics", "unit=money")
    assert "+5.00" in text
    assert "No R-multiple" in text


def test_per_cent_needs_a_known_equity(client, alice):
    seeded.trade(alice, an_account(alice)).save()
    text = body(client, "analytics", "unit=percent")
    assert "without a known equity on their day" in text


def test_the_unit_is_remembered(client, year):
    assert "+0." in body(client, "analytics", "unit=percent")
    assert client.cookies[COOKIE].value == "percent"
    assert "%</span>" in body(client, "analytics")


@pytest.mark.parametrize("query", ["unit=gold", "by=moon", "hour=25", "since=soon"])
def test_nonsense_is_named_and_answered_with_422(client, year, query):
    text = body(client, "analytics", query, status=422)
    assert "cannot be read" in text
    assert query.split("=")[0] in text
    assert client.get(f"{reverse('analytics_csv')}?{query}").status_code == 422


def test_a_filter_narrows_and_can_be_taken_away(client, year):
    text = body(client, "analytics", "symbol=FERN&side=long")
    n = sum(t.symbol == "FERN" and t.direction == "long" for t in year)
    assert f"{n} closed trades" in text
    assert "Symbol: FERN" in text
    assert 'href="/analytics/?side=long"' in text


def test_a_filter_that_nothing_fits_says_so(client, year):
    assert "No trade fits this filter" in body(client, "analytics", "symbol=NONE")


def test_a_strangers_account_is_not_found_and_their_trades_not_seen(client, year):
    bob = people.person("bob")
    theirs = people.verified(bob)
    assert "No closed trade yet" in body(theirs, "analytics")
    account_id = year[0].account_id
    for name in ("analytics", "breakdowns", "analytics_csv", "analytics_pdf"):
        url = f"{reverse(name)}?account={account_id}"
        assert theirs.get(url).status_code == 404
    compare = reverse("breakdowns_compare")
    assert theirs.get(f"{compare}?a.account={account_id}").status_code == 404


@pytest.mark.parametrize("name", BY_NAME)
def test_every_dimension_has_rows_that_lead_to_their_trades(client, year, name):
    text = body(client, "breakdowns", f"by={name}")
    links = re.findall(r'<a class="sym" href="([^"]+)"', text)
    if name != "tag":
        assert "low sample" in text or "All" in text
    for link in links[:2]:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_row_of_fewer_than_30_trades_has_no_quality(client, alice, account):
    seeded.year(alice, account, 20)
    text = body(client, "breakdowns", "by=side")
    assert "n &lt; 30" in text
    assert "low sample" in text


def test_a_tags_name_is_never_markup(client, alice, account, year):
    Tag.objects.filter(name="Gap fade").update(name="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in body(client, "breakdowns", "by=setup")


def test_two_choices_are_compared_with_their_uncertainty(client, year):
    text = body(client, "breakdowns_compare", "a.side=long&b.side=short&unit=r")
    assert "Expectancy, A less B" in text
    assert "95% interval" in text
    assert "on both sides" not in text


def test_shared_trades_are_warned_of(client, year):
    n = sum(t.direction == "long" for t in year)
    text = body(client, "breakdowns_compare", "a.side=long")
    assert f"{n} trades on both sides" in text


def test_nonsense_on_either_side_is_answered_with_422(client, year):
    assert "b.side" in body(client, "breakdowns_compare", "b.side=up", status=422)


def bars(account, symbol="ACME", days=30):
    start = datetime(2025, 11, 24, tzinfo=UTC)
    made = [
        Bar(symbol=symbol, start=start + timedelta(days=n), open=p, high=p, low=p, close=p, volume=Decimal(1))
        for n in range(days)
        for p in [Decimal(100 + n)]
    ]  # fmt: skip
    store_bars(account.connection.feed, BarInterval.DAY_1, made)


def test_a_benchmark_is_drawn_in_money_and_per_cent(client, account, year):
    bars(account)
    assert "holding ACME made +14,500.00" in body(client, "analytics", "unit=money&benchmark=ACME")  # fmt: skip
    assert "holding ACME made +29.00%" in body(client, "analytics", "unit=percent&benchmark=acme")  # fmt: skip


def test_a_benchmark_without_bars_or_in_r_says_why_not(client, account, year):
    assert "no daily bars of ACME" in body(client, "analytics", "unit=money&benchmark=ACME")  # fmt: skip
    assert "R has no benchmark" in body(client, "analytics", "unit=r&benchmark=ACME")


def test_who_hides_money_sees_none(client, alice, year):
    wishes = preferences.of(alice)
    wishes.hide_money = True
    wishes.save()
    text = body(client, "analytics", "unit=money")
    assert "\N{BULLET}\N{BULLET}\N{BULLET}" in text
    total = sum(t.net for t in year)
    assert f"{abs(total):,.2f}" not in text


def rows(client, name, query):
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_csv_says_what_the_page_says(client, year):
    found = rows(client, "analytics_csv", "unit=money&side=long")
    total = next(row for row in found if row["name"] == "total")
    assert Decimal(total["value"]) == sum(t.net for t in year if t.direction == "long")
    assert sum(int(row["n"]) for row in found if row["record"] == "month") == sum(t.direction == "long" for t in year)  # fmt: skip
    assert AuditEntry.objects.filter(action="report.exported").count() == 1


def test_the_csv_of_a_breakdown_has_its_rows(client, year):
    found = rows(client, "breakdowns_csv", "by=side&unit=r")
    assert [row["row"] for row in found] == ["Long", "Short"]
    assert sum(int(row["n"]) for row in found) == len(year)


def test_a_formula_in_a_name_is_text_in_the_csv(client, alice, year):
    Tag.objects.filter(name="Gap fade").update(name="=1+1")
    found = rows(client, "breakdowns_csv", "by=setup")
    assert "'=1+1" in {row["row"] for row in found}


@pytest.mark.parametrize("count", [0, 1, 40])
def test_the_report_is_a_pdf(client, alice, account, count):
    if count:
        seeded.year(alice, account, count)
    response = client.get(f"{reverse('analytics_pdf')}?unit=money")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert "performance-" in response["Content-Disposition"]
