from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from journal.models import DayReview
from journal.routine.days import exchange_day
from tests.journal.views import rows
from tradedesk.audit.models import AuditEntry
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.web.formatting import MINUS


@pytest.fixture
def today():
    return exchange_day(SYSTEM_CLOCK.now())


def look(client, day=None):
    query = {} if day is None else {"day": day.isoformat()}
    return client.get(reverse("debrief"), query)


def say(client, day, **said):
    return client.post(reverse("debrief"), {"day": day.isoformat(), **said})


def words(response):
    return response.content.decode()


def test_a_day_without_trades_asks_all_the_same(client, account, today):
    text = words(look(client))
    assert "Did I follow my rules?" in text
    assert "Not trading can be following the rules too" in text
    assert "None of the last two months" in text


def test_results_come_only_after_the_answer(client, account, today):
    rows.a_trade(account, "-1.37", day=today)
    before = words(look(client, today))
    assert "Answer first" in before
    assert "1.37" not in before
    assert "137.00" not in before
    say(client, today, followed="yes")
    after = words(look(client, today))
    assert f"{MINUS}1.37R" in after
    assert "deserves the most praise" in after


def test_a_profit_from_a_broken_rule_is_no_success(client, account, today):
    rows.a_trade(account, "3", day=today)
    say(client, today, followed="no")
    assert "it teaches the wrong thing" in words(look(client, today))


def test_mistakes_stand_with_what_they_cost(client, account, today):
    trade = rows.a_trade(account, "-1", day=today)
    rows.a_trade(account, "2", day=today)
    rows.a_mistake(trade, "Chased the entry", "-0.75")
    rows.a_mistake(trade, "Too large")
    say(client, today, followed="partly")
    context = look(client, today).context
    assert (context["mistakes"], str(context["mistake_cost"])) == (2, "-0.75000000")
    assert context["figures"].discipline == 50


def test_words_are_kept_and_told_to_the_audit_log_once(client, account, today):
    say(client, today, followed="yes")
    for _ in range(2):
        said = say(client, today, note="Calm.", tomorrow="Wait for the retest.")
        assert said.status_code == 302
    review = DayReview.objects.get()
    assert (review.note, review.tomorrow) == ("Calm.", "Wait for the retest.")
    assert AuditEntry.objects.filter(action="day.debriefed").count() == 2


def test_the_newest_day_that_waits_is_shown_first(client, account, today):
    for days in (1, 3):
        rows.a_trade(account, "1", day=today - timedelta(days=days))
    assert look(client).context["day"] == today - timedelta(days=1)
    say(client, today - timedelta(days=1), followed="yes")
    response = look(client)
    assert response.context["day"] == today - timedelta(days=3)
    assert [one.day for one in response.context["waiting"]] == [
        today - timedelta(days=3)
    ]


def test_days_with_trades_are_linked_before_and_after(client, account, today):
    middle = today - timedelta(days=10)
    for days in (5, 10, 15):
        rows.a_trade(account, "1", day=today - timedelta(days=days))
    around = look(client, middle).context["around"]
    assert around.before == today - timedelta(days=15)
    assert around.after == today - timedelta(days=5)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, {"followed": "maybe"}),
        (0, {"note": "first words"}),
        (0, {"followed": "yes", "note": "x" * 4001}),
        (-1, {"followed": "yes"}),
    ],
)
def test_what_cannot_be_said_is_422_and_nothing_is_kept(
    client, account, today, days, said
):
    assert say(client, today - timedelta(days=days), **said).status_code == 422
    assert not DayReview.objects.exists()


def test_a_day_that_is_none_is_422(client, account):
    assert client.get(reverse("debrief"), {"day": "someday"}).status_code == 422
    assert client.post(reverse("debrief"), {"day": ""}).status_code == 422


def test_a_day_to_come_is_not_asked_about(client, account, today):
    assert "Still to come" in words(look(client, today + timedelta(days=1)))


def test_who_may_only_look_says_nothing(reader, account, today):
    assert say(reader, today, followed="yes").status_code == 403


def test_another_persons_day_is_another_day(stranger, client, account, today):
    rows.a_trade(account, "1", day=today)
    say(client, today, followed="yes", note="Alice's words")
    text = words(look(stranger, today))
    assert "Alice" not in text
    assert "No trade closed" in text


def test_it_takes_few_queries(client, account, today, django_assert_max_num_queries):
    for _ in range(6):
        rows.a_mistake(rows.a_trade(account, "1", day=today), "Too large", "-1")
    say(client, today, followed="yes")
    look(client, today)
    with django_assert_max_num_queries(14):
        look(client, today)
