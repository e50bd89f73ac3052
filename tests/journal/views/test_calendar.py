from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from brokers.models import LedgerEntry
from journal.models import DayReview
from tests.journal.views import rows


FRIDAY, MONDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 8)


def look(client, **query):
    return client.get(reverse("calendar"), {"month": "2026-03", **query})


def words(response):
    return response.content.decode()


def cell(response, day):
    return next(
        cell
        for week in response.context["month"].weeks
        for cell in week.cells
        if cell.day == day and not cell.is_outside
    )


def test_an_empty_month_is_a_month(client, account):
    response = look(client)
    assert "No trade closed in this time" in words(response)
    assert len(response.context["month"].weeks) == 5
    assert response.context["month"].weekdays == [0, 1, 2, 3, 4]


def test_a_cell_has_sign_count_and_mark(client, account):
    rows.a_trade(account, "1.5", day=FRIDAY)
    rows.a_trade(account, "-0.25", day=FRIDAY)
    DayReview.objects.create(owner=account.owner, day=FRIDAY, followed_rules="partly")
    response = look(client)
    found = cell(response, FRIDAY)
    assert (found.value, found.figures.trades, found.process) == (1.25, 2, "partly")
    text = words(response)
    assert "+1.25R" in text
    assert "rules partly followed" in text


def test_weeks_and_the_month_are_summed(client, account):
    rows.a_trade(account, "1", day=FRIDAY)
    rows.a_trade(account, "-3", day=MONDAY)
    rows.a_trade(account, "-9", day=date(2026, 4, 1))
    month = look(client).context["month"]
    totals = [one.total.value for one in month.weeks if one.total.figures.trades]
    assert totals == [1, -3]
    assert month.total.value == -2


def test_a_weekend_has_a_column_only_where_something_closed_on_it(client, account):
    rows.a_trade(account, "1", day=SUNDAY)
    response = look(client)
    assert response.context["month"].weekdays == [0, 1, 2, 3, 4, 6]
    assert cell(response, SUNDAY).value == 1


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("money", "+100.00"),
        ("r", "+1.00R"),
        ("discipline", "50%"),
        ("percent", "+2.00%"),
    ],
)
def test_what_a_cell_shows_is_chosen(client, account, shown, said):
    LedgerEntry.objects.create(
        owner=account.owner,
        account=account,
        kind="opening",
        amount=5000,
        effective_at="2026-01-02T15:00:00Z",
        booked_at="2026-01-02T15:00:00Z",
        told_by="poll",
    )
    rows.a_trade(account, "2", day=FRIDAY)
    rows.a_mistake(rows.a_trade(account, "-1", day=FRIDAY), "Too large")
    assert said in words(look(client, show=shown))


def test_percent_without_a_known_equity_says_so(client, account):
    rows.a_trade(account, "2", day=FRIDAY)
    response = look(client, show="percent")
    assert cell(response, FRIDAY).value is None
    assert "is not known" in words(response)


@pytest.mark.parametrize(
    ("answers", "mistakes", "process"),
    [
        ([None], 0, "open"),
        ([True, True], 0, "yes"),
        ([True, False], 0, "partly"),
        ([False], 0, "no"),
        ([True], 1, "partly"),
        ([None], 1, "no"),
    ],
)
def test_without_a_debrief_the_trades_tell_of_the_rules(
    client, account, answers, mistakes, process
):
    for answer in answers:
        trade = rows.a_trade(account, "1", day=FRIDAY, followed_plan=answer)
    for _ in range(mistakes):
        rows.a_mistake(trade, "Too large")
    assert cell(look(client), FRIDAY).process == process


def test_tints_are_of_the_deepest_day(client, account):
    rows.a_trade(account, "4", day=FRIDAY)
    rows.a_trade(account, "-1", day=MONDAY)
    response = look(client)
    assert [cell(response, day).tint for day in (FRIDAY, MONDAY)] == [4, 1]
    assert {cell(look(client, show="discipline"), FRIDAY).tint} == {0}


def test_a_year_has_twelve_months(client, account):
    rows.a_trade(account, "1", day=FRIDAY)
    response = client.get(reverse("calendar"), {"year": "2026"})
    months = response.context["months"]
    assert [one.total.value for one in months[1:4]] == [None, 1, None]
    assert "6 March: 1 trade, +1.00R" in words(response)


def test_a_filter_narrows_and_stays_in_every_link(client, account):
    rows.a_trade(account, "1", day=FRIDAY)
    rows.a_trade(account, "5", day=FRIDAY, symbol="BRIO")
    response = look(client, symbol="BRIO")
    assert cell(response, FRIDAY).value == 5
    assert "symbol=BRIO" in response.context["before_url"]
    assert "This part of the address" in words(look(client, weekday="9"))


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "soon"},
        {"year": "0"},
        {"year": "²"},
        {"show": "luck"},
    ],
)
def test_wrong_input_is_422(client, account, query):
    assert client.get(reverse("calendar"), query).status_code == 422


def test_another_persons_days_are_empty(stranger, account):
    rows.a_trade(account, "1", day=FRIDAY)
    assert "No trade closed" in words(look(stranger))


@pytest.mark.parametrize("query", [{}, {"year": "2026"}, {"show": "percent"}])
def test_it_takes_few_queries(client, account, query, django_assert_max_num_queries):
    for day in range(2, 7):
        rows.a_trade(account, "1", day=date(2026, 3, day))
    look(client, **query)
    with django_assert_max_num_queries(12):
        look(client, **query)
