"""Reminders, biases and the page of today."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.models import StoredBar
from journal.models import (
    Note,
    Reminder,
    ReminderDelivery,
    RoutineWishes,
    SelfRating,
    Trade,
)
from journal.models.routine import Bias
from journal.routine import rating_of
from journal.routine.biases import LIBRARY, in_turn
from journal.routine.days import exchange_day
from journal.routine.matters import last_over, matters_of
from journal.routine.ratings import compared
from journal.routine.wishes import wishes_of
from tests.brokers.views import rows
from tests.journal.routine.conftest import MONDAY
from tradedesk.core.clock import SYSTEM_CLOCK


pytestmark = pytest.mark.django_db
RULE = {"recurrence": "weekdays", "weekdays": ["1"], "at": "08:30", "zone": "America/New_York"}  # fmt: skip


def now():
    return SYSTEM_CLOCK.now()


def test_a_reminder_is_set_shown_with_its_next_times_paused_and_deleted(client):
    client.post(reverse("reminder_new"), {"kind": "own", "title": "Breathe", **RULE})
    row = Reminder.objects.get()
    page = client.get(reverse("reminders")).content.decode()
    assert "Breathe" in page
    assert page.count(" 08:30 E") == 3
    act = reverse("reminder_act", args=[row.pk])
    client.post(act, {"act": "pause"})
    assert "Paused" in client.get(reverse("reminders")).content.decode()
    client.post(act, {"act": "resume"})
    assert Reminder.objects.get().next_at is not None
    client.post(reverse("reminder", args=[row.pk]), {"kind": "own", "title": "Sit", **RULE})  # fmt: skip
    assert Reminder.objects.get().title == "Sit"
    assert client.post(act, {"act": "eat"}).status_code == 422
    client.post(act, {"act": "delete"})
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"zone": "x"}, {"recurrence": "once", "day": "2020-01-01"},
              {"recurrence": "once"}, {"kind": "task"}, {"biases": ["none"]}]
)  # fmt: skip
def test_a_reminder_that_would_not_come_is_refused(client, wrong):
    fields = {"kind": "own", "title": "Breathe", **RULE, **wrong}
    assert client.post(reverse("reminder_new"), fields).status_code == 422
    assert not Reminder.objects.exists()


WISHES = {"zone": "Europe/Berlin", "quiet_from": "22:00", "quiet_until": "07:00", "lowest_score": "3", "highest_score": "6", "market_symbol": "spy"}  # fmt: skip


def test_quiet_hours_and_band_are_saved_in_the_traders_zone(client, alice):
    client.post(reverse("routine_save"), WISHES)
    routine = wishes_of(alice)
    assert (routine.zone, routine.market_symbol) == ("Europe/Berlin", "SPY")
    assert routine.quiet_hours.zone.key == "Europe/Berlin"
    for wrong in ({"quiet_until": ""}, {"highest_score": "2"}, {"lowest_score": "9"}):
        assert client.post(reverse("routine_save"), WISHES | wrong).status_code == 422


def test_the_library_has_every_bias_with_a_question_and_a_hook(client):
    assert {card.bias for card in LIBRARY} == set(Bias)
    assert all(card.question.endswith("?") and card.hook for card in LIBRARY)
    page = client.get(reverse("biases")).content.decode()
    assert all(f'id="{bias.value}"' in page for bias in Bias)


def test_thirteen_weeks_bring_all_thirteen_biases():
    days = [MONDAY.date() + timedelta(weeks=week) for week in range(len(LIBRARY))]
    assert {in_turn(day).bias for day in days} == set(Bias)
    assert in_turn(days[0]) is in_turn(days[0] + timedelta(days=6))


@pytest.fixture
def card(alice) -> ReminderDelivery:
    reminder = Reminder.objects.create(owner=alice, kind="bias", created_at=MONDAY)
    return ReminderDelivery.objects.create(
        owner=alice, reminder=reminder, due_at=MONDAY, outcome="told",
        settled_at=MONDAY, title="Bias of the week", bias="lotto",
    )  # fmt: skip


def test_a_card_waits_until_it_is_answered(client, stranger, reader, card):
    assert "Bias of the week" in client.get(reverse("today")).content.decode()
    address = reverse("bias_acknowledge", args=[card.pk])
    assert stranger.post(address).status_code == 404
    assert reader.post(address).status_code == 403
    client.post(address, {"answer": "Exits first."})
    client.post(address, {"answer": "Changed."})
    assert "Exits first." in client.get(reverse("biases")).content.decode()
    assert "Bias of the week" not in client.get(reverse("today")).content.decode()


def rate(client, score):
    return client.post(reverse("self_rating"), {"score": score})


def test_the_morning_is_rated_and_the_last_number_counts(client, alice):
    day = exchange_day(now())
    assert rating_of(alice, day) is None
    rate(client, 5)
    rate(client, 3)
    found = rating_of(alice, day)
    assert (found.score, found.lowest, found.highest) == (3, 4, 7)
    assert (found.is_below, found.is_above, found.is_outside) == (True, False, True)
    assert SelfRating.objects.count() == 1
    assert "Below your own band" in client.get(reverse("today")).content.decode()
    rate(client, 8)
    assert "Above your own band" in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("score", ["0", "9", "x", ""])
def test_any_other_number_is_refused(client, score):
    assert rate(client, score).status_code == 422
    assert not SelfRating.objects.exists()


def trade(user, day, r, account=None) -> Trade:
    at = MONDAY.replace(year=day.year, month=day.month, day=day.day)
    return Trade.objects.create(
        owner=user, account=account or rows.an_account(user), key=f"{day}{r}{Trade.objects.count()}",
        symbol="ACME", direction="long", opened_at=at, closed_at=at, trading_day=day,
        quantity=1, fees=0, open_quantity=0, r_multiple=Decimal(r), net=Decimal(r), built_at=at,
    )  # fmt: skip


def test_results_are_compared_in_the_band_and_outside_it(alice):
    account = rows.an_account(alice)
    for score, r in ((5, "1"), (5, "0.5"), (2, "-2"), (8, "1")):
        day = MONDAY.date() - timedelta(days=SelfRating.objects.count())
        SelfRating.objects.create(owner=alice, day=day, score=score, rated_at=MONDAY)
        trade(alice, day, r, account)
    trade(alice, MONDAY.date() - timedelta(days=30), "9", account)
    found = compared(RoutineWishes(owner=alice))
    assert (found.inside, found.inside_count) == (Decimal("0.75"), 2)
    assert (found.outside, found.outside_count) == (Decimal("-0.5"), 2)
    assert found.days_outside == 2


def test_matters_count_the_last_two_weeks(alice):
    account = rows.an_account(alice)
    for days in (0, 3, 3, 40):
        trade(alice, MONDAY.date() - timedelta(days=days), "1", account)
    found = matters_of(alice, MONDAY)
    assert (found.trades, found.days, found.drills, found.plans) == (3, 1, 0, 0)
    assert last_over(MONDAY) == MONDAY.date() - timedelta(days=1)
    assert last_over(MONDAY + timedelta(hours=7)) == MONDAY.date()


def test_a_plan_is_due_when_it_was_last_read_too_long_ago(alice):
    from journal.models import Plan, PlanVersion
    from journal.plans.due import due_reviews

    plan = Plan.objects.create(owner=alice, drafted_at=MONDAY, review_days=30)
    plan.current = PlanVersion.objects.create(
        owner=alice, plan=plan, number=1, sections={}, digest="x", published_at=MONDAY
    )
    plan.save()
    for days, due in ((29, 0), (30, 1)):
        at = MONDAY + timedelta(days=days)
        assert matters_of(alice, at).plans == due
        assert len(due_reviews(alice, exchange_day(at))) == due


def test_a_new_trader_finds_three_things_to_do_and_no_results(client):
    page = client.get(reverse("today")).content.decode()
    for words in ("Open an account", "Take a checklist", "Write down your plan"):
        assert words in page
    assert "P&amp;L" not in page


def test_today_shows_what_is_at_risk_what_is_left_and_what_waits(client, alice):
    account = rows.an_account(alice)
    trade(alice, exchange_day(now()), "-1.5", account)
    for name in ("Gap and go", "Old one"):
        Note.objects.create(
            owner=alice, title=name, labels=["#idea", "$ACME"], day=MONDAY.date(),
            created_at=now(), changed_at=now(), archived_at=None if name[0] == "G" else now(),
        )  # fmt: skip
    page = client.get(reverse("today")).content.decode()
    assert "\N{MINUS SIGN}1.50R" in page
    assert "0.50R left" in page
    assert "1 trade not reviewed" in page
    assert "Gap and go" in page
    assert "Old one" not in page


def test_the_market_is_named_by_its_stored_bars(client, alice):
    account = rows.an_account(alice)
    bars = [
        StoredBar(
            feed=account.connection.feed, symbol="PEAK", interval="1d",
            start=MONDAY.replace(hour=0, minute=0) - timedelta(days=130 - n),
            open=100 + n, high=101 + n + n % 2, low=99 + n, close=100 + n + n % 2, volume=1,
        )
        for n in range(130)
    ]  # fmt: skip
    StoredBar.objects.bulk_create(bars)
    page = client.get(reverse("today")).content.decode()
    assert "bull" in page.lower()
    assert "15 November" in page


def test_the_part_that_lives_on_prices_comes_alone(client, alice):
    rows.an_account(alice)
    page = client.get(reverse("today"), {"part": "risk"}).content.decode()
    assert "Open risk" in page
    assert "<html" not in page
